import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type Strength, tableRates } from '../../detectors/streaming/calibrate-table.ts'
import { type StreamingDetector, streamingDetectors } from '../../detectors/streaming/index.ts'
import { strengths } from '../../detectors/streaming/strengths.ts'
import { seedOf } from '../../statistics/seeded-random.ts'
import { mulberry32 } from '../../test/support/mulberry32.ts'
import { normalDraws } from './draws.ts'

/**
 * How often the detectors without a law of their own alarm on streams without a change, by strength:
 * `node bench/streams/calibrate.ts [NAME ...]` writes `detectors/streaming/calibration.ts`. Seeded: the same numbers
 * each time. A run length is taken down by one standard error of its alarms: the safe side.
 */
const enoughAlarms = 300
const fewAlarms = 20
/** Values at most, by what a step costs. */
const most: Readonly<Record<string, number>> = { kswin: 4_000_000, bocd: 800_000 }

export function runLengthOf(strength: Strength, s: number, at: number | 'normal', values: number) {
  const detector: StreamingDetector =
    streamingDetectors[strength.name as keyof typeof streamingDetectors]
  const place = at === 'normal' ? { mean: 0, sd: 1 } : { rate: at }
  let state = detector.start(strength.set(s, place))
  const uniform = mulberry32(seedOf(`${strength.name} ${at} ${s}`))
  const normal = normalDraws(uniform)
  let [alarms, seen] = [0, 0]
  while (seen < values && alarms < enoughAlarms) {
    state = detector.step(state, at === 'normal' ? normal() : uniform() < at ? 1 : 0)
    seen++
    if (state.level === 'drift') alarms++
  }
  return { alarms, every: alarms === 0 ? Infinity : seen / alarms }
}

function lineOf(strength: Strength, at: number | 'normal'): [number, number][] {
  const line: [number, number][] = []
  for (const s of strength.grid) {
    const { alarms, every } = runLengthOf(strength, s, at, most[strength.name] ?? 6_000_000)
    if (alarms < fewAlarms) break
    const safe = Math.round(every * (1 - 1 / Math.sqrt(alarms)))
    if (safe > (line.at(-1)?.[1] ?? 0)) line.push([s, safe])
  }
  return line
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const file = fileURLToPath(new URL('../../detectors/streaming/calibration.ts', import.meta.url))
  const { calibration } = await import('../../detectors/streaming/calibration.ts')
  const wanted = process.argv.slice(2)
  const found: Record<string, Record<string, [number, number][]>> = structuredClone(
    calibration as never,
  )
  for (const [name, strength] of Object.entries(strengths)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue
    const places = strength.streams.flatMap((kind): (number | 'normal')[] =>
      kind === 'rate' ? [...tableRates] : ['normal'],
    )
    found[name] = Object.fromEntries(places.map((at) => [at, lineOf(strength, at)]))
    const lines = Object.entries(found).map(([each, byRate]) => {
      const rows = Object.entries(byRate).map(
        ([at, line]) => `    '${at}': [${line.map(([s, run]) => `[${s}, ${run}]`).join(', ')}],`,
      )
      return `  '${each}': {\n${rows.join('\n')}\n  },`
    })
    writeFileSync(
      file,
      `/** Values between false alarms by strength: [strength, values]. Written by bench/streams/calibrate.ts. */\nexport const calibration: Readonly<\n  Record<string, Readonly<Record<string, readonly (readonly [number, number])[]>>>\n> = {\n${lines.join('\n')}\n}\n`,
    )
    console.log(name, JSON.stringify(found[name]))
  }
}
