import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { tableRates } from '../../detectors/streaming/calibrate-table.ts'
import {
  type StreamingDetector,
  type StreamState,
  streamingDetectors,
} from '../../detectors/streaming/index.ts'
import { type Strength, strengths } from '../../detectors/streaming/strengths.ts'
import { seedOf } from '../../statistics/seeded-random.ts'
import { mulberry32 } from '../../test/support/mulberry32.ts'
import { normalDraws } from './draws.ts'

/**
 * How often the detectors without a law of their own alarm on streams without a change, by strength:
 * `node bench/streams/calibrate.ts [NAME ...]` writes `detectors/streaming/calibration.ts`. Seeded: the same numbers
 * each time. Several of them tire: they alarm early or hardly ever, so that a long stream says too little. What counts
 * is the length at which fresh streams have had ten alarms on average: a tenth of it, less one standard error, stands
 * in the table, and at any shorter length there are fewer than ten.
 */
const alarmsPerStream = 10
/** Streams at once, and the longest that they get, by what a step costs. */
const usual = { streams: 20, longest: 1_050_000 }
const dear: Readonly<Record<string, typeof usual>> = {
  kswin: { streams: 10, longest: 1_050_000 },
  bocd: { streams: 5, longest: 105_000 },
}

/** Values after which `streams` fresh streams had ten alarms on average, or the longest looked at. */
export function lengthOfTen(
  strength: Strength,
  s: number,
  at: number | 'normal',
  { streams, longest }: typeof usual,
): { length: number; alarms: number } {
  const detector: StreamingDetector =
    streamingDetectors[strength.name as keyof typeof streamingDetectors]
  const options = strength.set(s, at === 'normal' ? { mean: 0, sd: 1 } : { rate: at })
  const states = Array.from({ length: streams }, () => detector.start(options))
  const uniform = mulberry32(seedOf(`${strength.name} ${at} ${s}`))
  const normal = normalDraws(uniform)
  let [alarms, length] = [0, 0]
  while (length < longest && alarms < streams * alarmsPerStream) {
    length++
    for (let i = 0; i < streams; i++) {
      const x = at === 'normal' ? normal() : uniform() < at ? 1 : 0
      const state = detector.step(states[i] as StreamState, x)
      states[i] = state
      if (state.level === 'drift') alarms++
    }
  }
  return { alarms, length }
}

function lineOf(strength: Strength, at: number | 'normal'): [number, number][] {
  const line: [number, number][] = []
  const size = dear[strength.name] ?? usual
  for (const s of strength.grid) {
    const { alarms, length } = lengthOfTen(strength, s, at, size)
    const safe = Math.round((length / alarmsPerStream) * (1 - 1 / Math.sqrt(alarms + 1)))
    if (length < size.longest) {
      if (safe > (line.at(-1)?.[1] ?? 0)) line.push([s, safe])
    } else if (alarms + 2 * Math.sqrt(alarms) < size.streams * alarmsPerStream) {
      line.push([s, Math.floor(length / alarmsPerStream / 1_000) * 1_000])
      break
    }
  }
  return line
}

const textOf = (line: readonly [number, number][]) =>
  line.map(([s, run]) => `${s} ${run}`).join(', ')

const head = `/**
 * Strength and values between false alarms, pair by pair, for each rate of errors or for normal values. Written by
 * bench/streams/calibrate.ts.
 */
export const calibration: Readonly<Record<string, Readonly<Record<string, string>>>> = {
`

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const file = fileURLToPath(new URL('../../detectors/streaming/calibration.ts', import.meta.url))
  const { calibration } = await import('../../detectors/streaming/calibration.ts')
  const wanted = process.argv.slice(2)
  const found: Record<string, Record<string, string>> = structuredClone(calibration) as never
  for (const [name, strength] of Object.entries(strengths)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue
    const places = strength.streams.flatMap((kind): (number | 'normal')[] =>
      kind === 'rate' ? [...tableRates] : ['normal'],
    )
    found[name] = Object.fromEntries(places.map((at) => [at, textOf(lineOf(strength, at))]))
    const lines = Object.entries(found).map(([each, byRate]) => {
      const rows = Object.entries(byRate).map(([at, text]) => `    '${at}': '${text}',`)
      return `  '${each}': {\n${rows.join('\n')}\n  },`
    })
    writeFileSync(file, `${head}${lines.join('\n')}\n}\n`)
    console.log(name, JSON.stringify(found[name]))
  }
}
