import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { mulberry32 } from '../test/support/mulberry32.ts'
import { defineBench } from './bench.ts'
import { riverPython, runPeer } from './peers/environment.ts'
import { changes, delaysOf, dummies } from './streams/delays.ts'
import { normalDraws } from './streams/draws.ts'
import { microsecondsPerStep, speedNames } from './streams/speed.ts'
import { report, type Target } from './targets.ts'

/**
 * How long one detector in one configuration takes to find a change, set to one false alarm in 100,000 values, and what
 * a step costs beside River's, in the same run.
 */
export const streams = defineBench({
  summary: 'delays of a calibrated streaming detector, dummies beside it, and steps beside River',
  options: { streams: 1_000, values: 200_000, seed: 1, json: '', skipRiver: false },
  async run({ streams: count, values, seed, json, skipRiver }) {
    const targets: Target[] = []
    for (const labels of [null, 10_000]) {
      const how = labels === null ? 'rate given' : `rate estimated from ${labels} labels`
      console.log(`cusum, falseAlarmEvery 100000, ${how}: ${count} streams, change at 1000`)
      for (const change of changes) {
        const { median, ninth, missed, early } = delaysOf(change, { labels, count, seed })
        const { before, after, bar } = change
        console.log(
          `  ${before} -> ${after}  median ${median}, 90 % within ${ninth}, not within 3000: ${missed}, earlier alarms ${early}`,
        )
        targets.push({
          what: `median delay ${before} -> ${after}, ${how}`,
          ...{ measured: median, most: bar, unit: 'values' },
        })
      }
    }
    console.log('dummies with one alarm in 100000, and with one in as many as the bar allows')
    for (const line of dummies(count, seed)) console.log(`  ${line}`)
    if (!skipRiver) targets.push(...(await beside(values, seed)))
    if (json !== '') writeFileSync(json, `${JSON.stringify(targets, null, 2)}\n`)
    return report(targets)
  },
})

/** CPU of a step as a share of River's. */
async function beside(values: number, seed: number): Promise<Target[]> {
  const uniform = mulberry32(seed)
  const normal = normalDraws(uniform)
  const errors = Float64Array.from({ length: values }, () => (uniform() < 0.2 ? 1 : 0))
  const numbers = Float64Array.from({ length: values }, normal)
  const folder = mkdtempSync(join(tmpdir(), 'driftgate-streams-'))
  try {
    const files = [join(folder, 'errors.bin'), join(folder, 'numbers.bin')] as const
    writeFileSync(files[0], errors)
    writeFileSync(files[1], numbers)
    const python = await riverPython()
    const theirs = await runPeer<Record<string, number>>(python, 'river_speed.py', files)
    return speedNames.map((name) => {
      const ours = microsecondsPerStep(name, name === 'kswin' ? numbers : errors)
      const river = theirs[name] as number
      console.log(`  ${name.padEnd(13)} ${ours.toFixed(3)} us a step, River ${river.toFixed(2)}`)
      return {
        what: `a step of ${name}, of River's`,
        measured: ours / river,
        most: name === 'kswin' ? 1 / 50 : 1 / 2,
        unit: 'x',
      }
    })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
