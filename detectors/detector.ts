import type { z } from 'zod'
import { DriftgateError } from '../contracts/errors.ts'
import type { Score } from '../contracts/report.ts'
import type { FeatureCounts } from '../profiles/index.ts'

/** What a detector says of two profiles of one feature; the rest of a `Score` is filled in by `compareWith`. */
export interface Comparison {
  readonly score: number
  /** How large the change is, in a unit that does not grow with n. */
  readonly effect: number
  /** 95 % interval of the effect. */
  readonly effectInterval: readonly [number, number]
  readonly pValue?: number
  /** Why there is no p-value. */
  readonly pValueAbsent?: string
  /** How far the exact statistic may lie above the one of cells. */
  readonly bound?: number
  readonly n: { readonly reference: number; readonly current: number }
  readonly cells: number
}

/**
 * A comparing detector: one file, one line in `detectors/index.ts`, one page under `docs/detectors`. `compare`
 * is pure; it may assume that both sides hold rows of this feature under the same binning.
 */
export interface Detector<Options extends z.ZodObject = z.ZodObject> {
  /** The name of its file. */
  readonly name: string
  readonly title: string
  readonly reads: 'numeric' | 'categorical' | 'any'
  /** Raised when the same input would give other numbers. */
  readonly definition: number
  /** `test` may decide for a feature, `rule` watches data quality, `description` never decides. */
  readonly role: 'test' | 'rule' | 'description'
  readonly options: Options
  readonly examples: readonly z.input<Options>[]
  /** The smallest effect that matters, with the reason in the page of the detector. */
  readonly minimumEffect: number
  compare(reference: FeatureCounts, current: FeatureCounts, options: z.output<Options>): Comparison
}

/** Keeps the type of the options while the registry sees every detector alike. */
export const defineDetector = <Options extends z.ZodObject>(
  detector: Detector<Options>,
): Detector => detector as unknown as Detector

/** Runs one detector on one feature. Throws DETECTOR_INPUT_INVALID for a feature it does not read or a side without rows. */
export function compareWith(
  detector: Detector,
  reference: FeatureCounts,
  current: FeatureCounts,
  options: Record<string, unknown> = {},
): Score {
  if (detector.reads !== 'any' && detector.reads !== reference.kind) {
    throw invalid(detector, `${reference.binning.name} is ${reference.kind}`)
  }
  const parsed = detector.options.safeParse(options)
  if (!parsed.success) throw invalid(detector, parsed.error.issues[0]?.message ?? 'its options')
  const { n, pValue, effectInterval, ...rest } = detector.compare(reference, current, parsed.data)
  if (n.reference === 0 || n.current === 0) {
    throw invalid(detector, `${reference.binning.name} has no rows on one side`)
  }
  return {
    detector: detector.name,
    definition: detector.definition,
    options: parsed.data,
    ...rest,
    effectInterval: [effectInterval[0], effectInterval[1]],
    pValue: pValue ?? null,
    n: { reference: n.reference, current: n.current },
  }
}

const invalid = (detector: Detector, reason: string) =>
  new DriftgateError('DETECTOR_INPUT_INVALID', { detector: detector.name, reason })
