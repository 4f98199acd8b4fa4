import type { FeatureSettings } from '../../contracts/config.ts'
import type { FeatureValue, RawValue } from '../../contracts/prediction.ts'
import { buildBinning, rowDeriver } from '../../profiles/index.ts'
import { mulberry32, normal } from '../support/mulberry32.ts'

/** A feature of every type there is. */
export const allTypes: Readonly<Record<string, FeatureSettings>> = {
  amount: { type: 'numeric' },
  hour: { type: 'numeric', cycle: 24 },
  plan: { type: 'categorical' },
  repeat: { type: 'boolean' },
  when: { type: 'timestamp', zone: 'America/New_York' },
  note: { type: 'text' },
  vector: { type: 'embedding', width: 12, projections: 4 },
}

const eventMs = Date.UTC(2024, 5, 1)
const extremes = ['NaN', 'Infinity', '-Infinity', -0, 1e300, -1e300, 5e-324, null, 1.7e308]

/** Raw values of one row with its class and score; one in `odd` values is extreme, missing or unseen. */
export function rawRow(next: () => number, odd = 10): RawValue[] {
  const isOdd = () => next() * odd < 1
  const extreme = () => extremes[Math.floor(next() * extremes.length)] as FeatureValue
  return [
    isOdd() ? extreme() : normal(next, 1e4, 3e3),
    Math.floor(next() * 24),
    isOdd() ? `neu-${Math.floor(next() * 1e6)}-ü` : next() < 0.5 ? 'basic' : 'pro',
    isOdd() ? null : next() < 0.3,
    isOdd() ? null : eventMs - Math.floor(next() * 1e11),
    isOdd() ? null : 'é'.repeat(Math.floor(next() * 30)),
    isOdd() ? null : Array.from({ length: 12 }, () => (isOdd() ? 1e300 : normal(next, 0, 1))),
    isOdd() ? 'neither' : next() < 0.4 ? 'good' : 'bad',
    next(),
  ]
}

/** The same, with everything derived. */
export function allTypesWorld(seed: number) {
  const next = mulberry32(seed)
  const derive = rowDeriver(allTypes)
  const known = Array.from({ length: 4_000 }, () => rawRow(next, 1e9))
  const options = { segments: ['plan'], prediction: true, times: known.map(() => eventMs) }
  return {
    binning: buildBinning('m', 'b1', allTypes, known, options),
    rows: (count: number, from: number): FeatureValue[][] => {
      const own = mulberry32(from)
      return Array.from({ length: count }, () => derive(rawRow(own), eventMs))
    },
  }
}
