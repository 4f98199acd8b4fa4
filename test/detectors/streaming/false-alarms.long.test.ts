import assert from 'node:assert/strict'
import { test } from 'node:test'
import { normalDraws } from '../../../bench/streams/draws.ts'
import { streamingDetectors } from '../../../detectors/streaming/index.ts'
import { seedOf } from '../../../statistics/seeded-random.ts'
import { mulberry32 } from '../../support/mulberry32.ts'

const runs = 4_000

/** Alarms per stream of ten times what was asked for, over 4,000 streams: within ten per cent of ten. */
for (const name of ['cusum', 'page-hinkley', 'ewma', 'shewhart', 'ecdd'] as const) {
  for (const every of [200, 1_000]) {
    for (const inControl of [{ rate: 0.2 }, { rate: 0.05 }, { mean: 10, sd: 3 }] as const) {
      if (name === 'ecdd' && 'mean' in inControl) continue
      test(`${name} alarms ten times in ten times ${every} values, ${JSON.stringify(inControl)}`, () => {
        const detector = streamingDetectors[name]
        const uniform = mulberry32(seedOf(`${name} ${every} ${JSON.stringify(inControl)}`))
        const normal = normalDraws(uniform)
        const start = JSON.stringify(detector.start({ falseAlarmEvery: every, inControl }))
        let alarms = 0
        for (let run = 0; run < runs; run++) {
          let state = JSON.parse(start)
          for (let i = 0; i < 10 * every; i++) {
            const x =
              'rate' in inControl
                ? Number(uniform() < inControl.rate)
                : inControl.mean + inControl.sd * normal()
            state = detector.step(state, x)
            if (state.level === 'drift') alarms++
          }
        }
        const each = alarms / runs
        assert.ok(Math.abs(each - 10) < 1, `${each} alarms a stream`)
      })
    }
  }
}
