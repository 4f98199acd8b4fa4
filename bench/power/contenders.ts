import { compareWith, type Detector, detectors, type NumericSides } from '../../detectors/index.ts'
import { andersonDarling } from '../../statistics/anderson-darling.ts'
import { histogram } from '../../statistics/compat/numpy-histogram.ts'
import { chiSquareTest, gTest } from '../../statistics/contingency.ts'
import { cramerVonMisesMidrank } from '../../statistics/cramer-von-mises.ts'
import { eppsSingleton } from '../../statistics/epps-singleton.ts'
import { jensenShannonNats } from '../../statistics/histogram-distances.ts'
import { kolmogorovSmirnov } from '../../statistics/kolmogorov-smirnov.ts'
import { mannWhitney, mannWhitneyP } from '../../statistics/mann-whitney.ts'
import { sampleMoments, studentTest, welchTest } from '../../statistics/t-test.ts'
import { energyDistance, wasserstein1 } from '../../statistics/transport.ts'
import type { Sample } from './samples.ts'

/** How strongly a sample speaks against "nothing changed"; only the order counts. */
type Evidence = (sample: Sample) => number

/** -ln p of a registered detector, as the product reads it: from the profile, or from values where it needs them. */
function ofDetector(name: string): Evidence {
  const detector = (detectors as Record<string, Detector>)[name] as Detector
  return (sample) => {
    const { pValue } = compareWith(
      detector,
      detector.from === 'values' ? sample.raw : sample.profile,
    )
    return pValue === null ? 0 : -Math.log(Math.max(pValue, 1e-320))
  }
}

const raw = (sample: Sample) => sample.raw as NumericSides
const cellsOf = ({ low, reference, current }: NumericSides) => ({ values: low, reference, current })

/** The same statistics as scipy computes them from raw values (equal to its numbers, see the goldens). */
export const scipyStatistics: Readonly<Record<string, { name: string; evidence: Evidence }>> = {
  ks: {
    name: 'ks_2samp',
    evidence: (sample) => kolmogorovSmirnov(raw(sample).reference, raw(sample).current).distance,
  },
  'cramer-von-mises': {
    name: 'cramervonmises_2samp',
    evidence: (sample) =>
      cramerVonMisesMidrank(raw(sample).reference, raw(sample).current).statistic,
  },
  'anderson-darling': {
    name: 'anderson_ksamp',
    evidence: (sample) => andersonDarling([raw(sample).reference, raw(sample).current]),
  },
  'mann-whitney': {
    name: 'mannwhitneyu',
    evidence: (sample) =>
      -Math.log(mannWhitneyP(mannWhitney(raw(sample).reference, raw(sample).current))),
  },
  'welch-t': { name: 'ttest_ind', evidence: (sample) => ofMoments(sample, welchTest) },
  'student-t': { name: 'ttest_ind', evidence: (sample) => ofMoments(sample, studentTest) },
  'brown-forsythe': { name: 'levene', evidence: levene },
  'epps-singleton': {
    name: 'epps_singleton_2samp',
    evidence: ({ reference, current }) =>
      eppsSingleton(reference?.sorted ?? [], current ?? []).statistic,
  },
  wasserstein: {
    name: 'wasserstein_distance',
    evidence: (sample) => wasserstein1(cellsOf(raw(sample))),
  },
  'energy-distance': {
    name: 'energy_distance',
    evidence: (sample) => energyDistance(cellsOf(raw(sample))),
  },
  'chi-square': {
    name: 'chi2_contingency',
    evidence: ({ profile }) =>
      -Math.log(chiSquareTest([profile.reference, profile.current]).p + 1e-320),
  },
  'g-test': {
    name: "chi2_contingency(lambda_='log-likelihood')",
    evidence: ({ profile }) => -Math.log(gTest([profile.reference, profile.current]).p + 1e-320),
  },
}

function ofMoments({ reference, current }: Sample, test: typeof welchTest): number {
  const result = test(
    sampleMoments(reference?.sorted ?? new Float64Array(0)),
    sampleMoments(current ?? new Float64Array(0)),
  )
  return result === null ? 0 : Math.abs(result.t)
}

/** Levene's statistic about medians, from its definition. */
function levene({ reference, current }: Sample): number {
  const groups = [reference?.sorted, current].map((sorted) => {
    const values = sorted as Float64Array
    const half = values.length >> 1
    const median =
      values.length % 2 === 1
        ? (values[half] as number)
        : ((values[half - 1] as number) + (values[half] as number)) / 2
    const away = values.map((value) => Math.abs(value - median))
    const mean = away.reduce((sum, value) => sum + value, 0) / away.length
    const squares = away.reduce((sum, value) => sum + (value - mean) ** 2, 0)
    return { count: away.length, mean, squares }
  })
  const count = groups.reduce((sum, group) => sum + group.count, 0)
  const mean = groups.reduce((sum, group) => sum + group.count * group.mean, 0) / count
  const between = groups.reduce((sum, group) => sum + group.count * (group.mean - mean) ** 2, 0)
  const within = groups.reduce((sum, group) => sum + group.squares, 0)
  return ((count - 2) * between) / within
}

/** A rule that another tool decides by unless told otherwise. */
export interface Peer {
  readonly evidence: Evidence
  /** Whether the tool uses it with so many rows of reference. */
  readonly isDefault: (reference: number) => boolean
}

const always = () => true
const many = (reference: number) => reference > 1_000
const few = (reference: number) => reference <= 1_000

/** Their thresholds are left out: they are tuned to our own rate of false alarms. */
export const peerDefaults: Readonly<
  Record<'numeric' | 'categorical', Readonly<Record<string, Peer>>>
> = {
  numeric: {
    'Evidently: Wasserstein / sd': {
      isDefault: many,
      evidence: (sample) => wasserstein1(cellsOf(raw(sample))) / (sample.reference?.sd ?? 1),
    },
    'Evidently: ks_2samp': {
      isDefault: few,
      evidence: (sample) => kolmogorovSmirnov(raw(sample).reference, raw(sample).current).distance,
    },
    'NannyML: Jensen-Shannon, doane': {
      isDefault: always,
      evidence: ({ reference, current }) => {
        const { doane, doaneCounts } = reference as NonNullable<Sample['reference']>
        const inside = histogram(current as Float64Array, doane)
        const outside =
          (current as Float64Array).length - inside.reduce((sum, count) => sum + count, 0)
        return jensenShannonNats(doaneCounts, [...inside, outside])
      },
    },
  },
  categorical: {
    // Here both tools see the same cells: there is one new category at most.
    'NannyML, Evidently: Jensen-Shannon': {
      isDefault: always,
      evidence: ({ profile }) => jensenShannonNats(profile.reference, profile.current),
    },
    'Evidently: chi-square, reference exact': {
      isDefault: few,
      evidence: ({ profile }) => goodnessOfFit(profile),
    },
  },
}

/** Evidently's chi-square up to 1,000 rows of reference; a new category is infinitely unlikely there. */
function goodnessOfFit({ reference, current }: Sample['profile']): number {
  const [n, m] = [reference, current].map((cells) => cells.reduce((sum, count) => sum + count, 0))
  let statistic = 0
  for (let i = 0; i < reference.length; i++) {
    const expected = ((reference[i] as number) * (m as number)) / (n as number)
    const seen = current[i] as number
    if (expected > 0) statistic += (seen - expected) ** 2 / expected
    else if (seen > 0) return Number.MAX_VALUE
  }
  return statistic
}

/** Every registered test of this kind, by name. */
export const ourTests = (kind: 'numeric' | 'categorical'): Readonly<Record<string, Evidence>> =>
  Object.fromEntries(
    Object.values(detectors as Record<string, Detector>)
      .filter(({ role, reads, name }) => {
        const ofKind = reads === kind || (reads === 'any' && kind === 'categorical')
        const isShown =
          kind === 'numeric' || name in scipyStatistics || name === ourDefault.categorical
        return role === 'test' && ofKind && isShown
      })
      .map(({ name }) => [name, ofDetector(name)]),
  )

/** The test that decides for a feature when nothing is configured. */
export const ourDefault = { numeric: 'combined', categorical: 'combined-categories' } as const
