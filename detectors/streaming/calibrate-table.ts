import type { z } from 'zod'
import { calibration } from './calibration.ts'
import type { Calibrated } from './detector.ts'
import { type Ask, unattainable } from './in-control.ts'
import { type Strength, strengths } from './strengths.ts'

type Options = Readonly<Record<string, unknown>>
type Line = readonly (readonly [strength: number, every: number])[]

/** Rates of errors at which every one of these was simulated. */
export const tableRates = [0.02, 0.05, 0.1, 0.2, 0.3, 0.5] as const

/**
 * The weakest setting that alarms no more often than asked, from a seeded simulation that is stored
 * (`bench/streams/calibrate.ts`): between its rates the larger strength of both neighbours, between its strengths along
 * the logarithm of the run length. What else the detector takes must stand at its default.
 */
export const byTable =
  (name: keyof typeof strengths, schema: z.ZodObject) =>
  (ask: Ask, options: Options): Calibrated => {
    const strength: Strength = strengths[name]
    const set = strength.set(strength.grid[0] as number, placeOf(ask))
    const standing = schema.parse({})
    const other = Object.keys(options).find(
      (key) => !Object.hasOwn(set, key) && options[key] !== standing[key],
    )
    if (other !== undefined) {
      throw unattainable(name, `it was simulated with the ${other} that it has by default only`)
    }
    const lines = linesFor(name, ask, strength)
    const needed = lines.map((line) => strengthFor(name, line, ask.every))
    const chosen = Math.max(...needed)
    return {
      options: { ...options, ...strength.set(chosen, placeOf(ask)) },
      achieved: Math.round(Math.min(...lines.map((line) => everyAt(line, chosen)))),
      by: 'a stored simulation, on the safe side',
    }
  }

const placeOf = ({ rate, law }: Ask) =>
  law === undefined ? { rate: rate?.at ?? 0 } : { mean: law.mean, sd: law.highSd }

/** The stored lines whose rates enclose what the rate may be. */
function linesFor(name: string, { rate, law }: Ask, { streams }: Strength): readonly Line[] {
  const stored = calibration[name]
  if (stored === undefined) throw unattainable(name, 'it was not simulated')
  const kind = law === undefined && streams.includes('rate') ? 'rate' : 'normal'
  if (kind === 'normal') {
    if (streams.includes('normal')) return [lineOf(stored['normal'] as string)]
    throw unattainable(name, 'it was simulated on errors only: inControl is a rate')
  }
  const { low, high } = rate as NonNullable<Ask['rate']>
  const first = tableRates.findLastIndex((each) => each <= low)
  const last = tableRates.findIndex((each) => each >= high)
  if (first < 0 || last < 0) {
    throw unattainable(
      name,
      `it was simulated at rates from ${tableRates[0]} to ${tableRates.at(-1)}`,
    )
  }
  return tableRates.slice(first, last + 1).map((each) => lineOf(stored[each] as string))
}

const lineOf = (text: string): Line =>
  text.split(', ').map((pair) => pair.split(' ').map(Number) as [number, number])

function strengthFor(name: string, line: Line, every: number): number {
  const at = line.findIndex(([, run]) => run >= every)
  if (at < 0) {
    const most = line.at(-1)?.[1] ?? 0
    throw unattainable(name, `the longest time between them that was simulated is ${most} values`)
  }
  const [strength, run] = line[at] as Line[number]
  if (at === 0) return strength
  const [weaker, shorter] = line[at - 1] as Line[number]
  // Too far apart to read between them.
  if (run > 3 * shorter) return strength
  return weaker + ((strength - weaker) * Math.log(every / shorter)) / Math.log(run / shorter)
}

function everyAt(line: Line, strength: number): number {
  const at = line.findIndex(([each]) => each >= strength)
  if (at < 0) return (line.at(-1) as Line[number])[1]
  const [upper, run] = line[at] as Line[number]
  if (at === 0) return run
  const [lower, shorter] = line[at - 1] as Line[number]
  return shorter * (run / shorter) ** ((strength - lower) / (upper - lower))
}
