import { scoreFeatures } from '../detectors/score-features.ts'
import { judge } from '../policies/verdict.ts'
import {
  addRow,
  buildBinning,
  createProfile,
  decodeProfile,
  encodeProfile,
} from '../profiles/index.ts'
import { mulberry32, normal } from '../test/support/mulberry32.ts'
import { defineBench } from './bench.ts'

/**
 * What a verdict over numeric features costs from stored profiles, beside the same number of
 * Kolmogorov-Smirnov distances from raw values (both sides sorted, as `scipy.stats.ks_2samp` does it).
 */
export const judging = defineBench({
  summary: 'CPU milliseconds to judge features from stored profiles, beside KS of the raw values',
  options: { features: 1_000, reference: 20_000, current: 10_000 },
  async run({ features, reference: referenceRows, current: currentRows }) {
    const rows = function* (count: number, seed: number) {
      const next = mulberry32(seed)
      for (let i = 0; i < count; i++) yield Array.from({ length: features }, () => normal(next))
    }
    const settings = Object.fromEntries(
      Array.from({ length: features }, (_, i) => [`x${i}`, { type: 'numeric' } as const]),
    )
    const scored = (values: readonly number[]) => [...values, 0.5]
    const binning = buildBinning('bench', '1', settings, [...rows(referenceRows, 1)].map(scored))
    const profileOf = (count: number, seed: number) => {
      const profile = createProfile(binning)
      for (const values of rows(count, seed)) addRow(profile, scored(values))
      return encodeProfile(profile)
    }
    const bytes = [profileOf(referenceRows, 1), profileOf(currentRows, 2)]

    const verdict = () => {
      const [before, now] = bytes.map((one) => decodeProfile(one, binning))
      const scores = scoreFeatures(before!, now!, [], [], { features: settings })
      return judge({
        ...scores,
        rows: { good: currentRows, bad: 0, lost: 0 },
        emptyWindows: 0,
        settings: {
          significance: 0.001,
          minimumRows: 500,
          maximumBadShare: 0.1,
          staleAfterWindows: 2,
        },
      })
    }
    // A worker judges every hour: it is warm, and holds no rows, which would make its garbage dearer to collect.
    const ours = milliseconds(verdict, { warmUp: 5, times: 15 })
    const [left, right] = [
      columns([...rows(referenceRows, 1)], features),
      columns([...rows(currentRows, 2)], features),
    ]
    const raw = () => left.map((values, i) => rawDistance(values, right[i]!))
    const theirs = milliseconds(raw, { warmUp: 1, times: 1 })
    console.log(
      `${verdict().verdict}: ${features} features, ${referenceRows} rows against ${currentRows}, every detector`,
    )
    console.log(`from stored profiles, decoding included: ${ours.toFixed(0)} ms of CPU`)
    console.log(`KS alone from raw values, sorting both sides: ${theirs.toFixed(0)} ms of CPU`)
    console.log(
      `ratio ${(ours / theirs).toFixed(2)}; only the second grows with the number of rows`,
    )
    return undefined
  },
})

const columns = (rows: readonly (readonly number[])[], features: number) =>
  Array.from({ length: features }, (_, i) => Float64Array.from(rows, (values) => values[i]!))

/** Median CPU milliseconds of this process. */
function milliseconds(
  work: () => unknown,
  { warmUp, times }: { readonly warmUp: number; readonly times: number },
): number {
  for (let i = 0; i < warmUp; i++) work()
  const taken = Array.from({ length: times }, () => {
    const began = process.cpuUsage()
    work()
    const { user, system } = process.cpuUsage(began)
    return (user + system) / 1_000
  }).sort((left, right) => left - right)
  return taken[Math.floor(times / 2)] as number
}

function rawDistance(reference: Float64Array, current: Float64Array): number {
  const x = reference.toSorted()
  const y = current.toSorted()
  let [i, j, distance] = [0, 0, 0]
  while (i < x.length && j < y.length) {
    const value = Math.min(x[i]!, y[j]!)
    while (i < x.length && x[i]! <= value) i++
    while (j < y.length && y[j]! <= value) j++
    distance = Math.max(distance, Math.abs(i / x.length - j / y.length))
  }
  return distance
}
