import {
  type ArmSums,
  leaningSequence,
  type Sequence,
  type SequenceOptions,
  sequenceWidth,
} from './confidence-sequence.ts'

/** Nobody wants to know more than that a candidate takes a hundred times as long. */
const most = 99

export const meanOf = ({ n, sum }: ArmSums): number => sum / n

/** Variance of the values; 0 for fewer than two. */
export const varianceOf = ({ n, sum, squares }: ArmSums): number =>
  n < 2 ? 0 : Math.max(0, squares - (sum * sum) / n) / (n - 1)

/**
 * Mean of the candidate less that of the stable arm, in the unit of the values, with ends that hold at every look at once;
 * null while an arm has fewer than two values.
 */
export function meanDifference(
  stable: ArmSums,
  candidate: ArmSums,
  options: SequenceOptions,
): Sequence | null {
  if (stable.n < 2 || candidate.n < 2) return null
  const estimate = meanOf(candidate) - meanOf(stable)
  const variance = varianceOf(stable) / stable.n + varianceOf(candidate) / candidate.n
  const width = sequenceWidth(variance, options)
  return { estimate, low: estimate - width, high: estimate + width }
}

/**
 * By what share the mean of the candidate is greater than that of the stable arm (0.5: half as much again), of values
 * that are not negative, such as times; at most 99. The variance of the ratio R of both means is R^2 (v1 + v2) by the delta
 * method, v an arm's squared coefficient of variation over its n, which does not change with the unit. Null while an arm
 * has fewer than two values or a mean of 0.
 */
export function meanIncrease(
  stable: ArmSums,
  candidate: ArmSums,
  options: SequenceOptions,
): Sequence | null {
  if (!(stable.n > 1 && candidate.n > 1 && stable.sum > 0 && candidate.sum > 0)) return null
  const noise = noiseOf(stable) + noiseOf(candidate)
  const ratio = meanOf(candidate) / meanOf(stable)
  const at = (increase: number) => (1 + increase) ** 2 * noise
  const { low, high } = leaningSequence(
    ratio - 1,
    { seen: at(ratio - 1), at },
    Math.max(most, ratio - 1),
    options,
  )
  return { estimate: ratio - 1, low: Math.max(-1, low), high }
}

const noiseOf = (arm: ArmSums): number => varianceOf(arm) / (arm.n * meanOf(arm) ** 2)
