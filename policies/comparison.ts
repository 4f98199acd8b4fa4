import {
  type Comparison,
  type GuardResult,
  metricNames,
  type PairedGain,
} from '../contracts/comparison.ts'
import { smallestShown, twoSidedP } from '../statistics/paired/law.ts'
import { metricLaw, type PairedMetricLaw } from '../statistics/paired/metric-law.ts'
import { seededRandom, seedOf } from '../statistics/seeded-random.ts'
import { calibrationGuard } from './calibration-guard.ts'
import { type ComparedRows, type ComparisonPolicy, level, text } from './compared-rows.ts'
import { type Refusal, refusalOf } from './comparison-refusals.ts'
import { fairnessGuard } from './fairness-guard.ts'
import { segmentGuard } from './segment-guard.ts'

/**
 * A candidate against the champion on the same rows, by a paired test: what it gains in the metric, with its 95 %
 * interval. `BETTER`: the interval lies above the required gain; `NOT_WORSE`: it lies above minus the margin; `WORSE`: it
 * lies below 0 and reaches beyond the margin, or a guard refuses (a segment, the calibration or the fairness certainly got
 * worse by more than its limit, each guard wrongly so in at most 2.5 % of cases); `UNDECIDED`: these rows cannot tell. Of
 * two models that are equally good a candidate is called `BETTER` in at most 2.5 % of cases, and so is one let through
 * that is worse by the margin. Any two versions may be compared, the older one as the candidate too. Where several
 * contend on the same rows each takes its part of the 5 % (Bonferroni), so that this holds for whichever goes on.
 *
 * Throws a RangeError for scores and labels of different length.
 */
export function compare(rows: ComparedRows, policy: ComparisonPolicy): Comparison {
  const { labels, candidate, champion, threshold, seed, contenders = 1 } = rows
  if (candidate.length !== labels.length || (champion ?? labels).length !== labels.length) {
    throw new RangeError(
      `${labels.length} labels, but ${candidate.length} and ${champion?.length ?? 0} scores`,
    )
  }
  const refusal = refusalOf(rows, policy)
  if (refusal !== null || champion === null) return ended(refusal as Refusal, null, [], policy)
  const next = seededRandom(seedOf(`comparison/${seed}`))
  const law = metricLaw(
    policy.metric,
    {
      ...{ labels, first: champion, second: candidate },
      ...(threshold !== undefined && { threshold }),
      ...(policy.costs && { costs: policy.costs }),
    },
    { next },
  )
  const gain = gainOf(law, policy, 1 - (1 - level) / contenders)
  const guards = [
    segmentGuard(rows, policy),
    calibrationGuard(rows, policy, next),
    fairnessGuard(rows, policy),
  ]
  return ended(guarded(shown(gain, policy), guards), gain, guards, policy)
}

function gainOf(
  law: PairedMetricLaw,
  { minimumGain }: ComparisonPolicy,
  wanted: number,
): PairedGain {
  const [low, high] = law.interval(wanted)
  const { method, rows, before, after, gain } = law
  return {
    ...{ method, rows, before, after, gain, low, high },
    ...(wanted !== level && { level: wanted }),
    p: twoSidedP(law),
    smallestGain: smallestShown(law, minimumGain, wanted),
  }
}

/** By the metric alone. */
function shown(gain: PairedGain, policy: ComparisonPolicy): Refusal {
  const { minimumGain, margin, metric } = policy
  const change = `${metricNames[metric]} ${text(gain.before)} -> ${text(gain.after)} on ${gain.rows} held-out rows, gain ${text(gain.gain)} (${text(gain.low)} to ${text(gain.high)})`
  if (gain.low > minimumGain) {
    return { result: 'BETTER', code: 'GAIN', reason: `${change}: above ${text(minimumGain)}` }
  }
  if (gain.low > -margin) {
    const reason = `${change}: not certainly above ${text(minimumGain)}${margin > 0 ? `, and no more than ${text(margin)} worse` : ''}`
    return { result: 'NOT_WORSE', code: 'NO_GAIN', reason }
  }
  if (gain.high < 0) return { result: 'WORSE', code: 'LOSS', reason: `${change}: certainly worse` }
  const reason = `${change}: these rows cannot tell; a gain of ${text(gain.smallestGain)} would have shown in four of five cases`
  return { result: 'UNDECIDED', code: 'NOISE', reason }
}

const codes = {
  segments: 'SEGMENT_LOSS',
  calibration: 'CALIBRATION_LOSS',
  fairness: 'FAIRNESS_LOSS',
} as const

/** A guard only takes away. */
function guarded(found: Refusal, guards: readonly GuardResult[]): Refusal {
  const refused = guards.filter(({ state }) => state === 'refused')
  const [first] = refused
  if (first !== undefined && found.result !== 'WORSE') {
    const reason = `${refused.map(({ sentence }) => sentence).join('; ')}; ${found.reason}`
    return { result: 'WORSE', code: codes[first.guard], reason }
  }
  const unknown = guards.find(({ guard, state }) => guard === 'fairness' && state === 'unknown')
  if (unknown === undefined || (found.result !== 'BETTER' && found.result !== 'NOT_WORSE')) {
    return found
  }
  const reason = `${unknown.sentence}; ${found.reason}`
  return { result: 'UNDECIDED', code: 'FAIRNESS_UNKNOWN', reason }
}

function ended(
  { result, code, reason }: Refusal,
  gain: PairedGain | null,
  guards: GuardResult[],
  policy: ComparisonPolicy,
): Comparison {
  const { metric, minimumGain, margin, accept } = policy
  const own = { schema: 'driftgate-comparison/1', result, code, reason } as const
  return {
    ...own,
    passes: passes(own, gain, accept),
    ...{ metric, minimumGain, margin, accept, gain, guards },
  }
}

/**
 * What is undecided never passes by itself. A person is asked about it, unless it does not even look better: nobody
 * wants to hear of such a one, and the reason says what it was.
 */
function passes(
  { result, code }: Pick<Comparison, 'result' | 'code'>,
  gain: PairedGain | null,
  accept: Comparison['accept'],
): Comparison['passes'] {
  if (result === 'BETTER') return 'yes'
  if (result === 'NOT_WORSE') return accept === 'not-worse' && code === 'NO_GAIN' ? 'yes' : 'no'
  if (result === 'WORSE') return 'no'
  return gain === null || gain.gain > 0 || code === 'FAIRNESS_UNKNOWN' ? 'person' : 'no'
}
