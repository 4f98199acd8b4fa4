import type { z } from 'zod'
import { DriftgateError } from '../contracts/errors.ts'
import type { Score } from '../contracts/report.ts'
import type { EffectLaw } from '../statistics/detectable.ts'
import { type CategoricalSides, type NumericSides, type Sides, usable } from './sides.ts'

/** What a detector says of both sides of one feature; the rest of a `Score` is filled in by `compareWith`. */
export interface Comparison {
  readonly score: number
  /** How large the change is, in a unit that does not grow with n. */
  readonly effect: number
  /** 95 % interval of the effect. */
  readonly effectInterval: readonly [number, number]
  /** Where it costs much it is worked out when it is read (`get pValue()`): once, by `scoreOf`. */
  readonly pValue?: number
  /** Natural logarithm of the p-value, kept where it is too small for a double. */
  readonly logP?: number
  /** Relative standard error of a p-value that comes from draws. */
  readonly pValueError?: number
  /** Why there is no p-value. */
  readonly pValueAbsent?: string
  /** How the effect is estimated; absent: what the test could have seen is not told. */
  readonly law?: EffectLaw
  /** What the main one of several tests takes of the level; absent: it is one test. */
  readonly mainShare?: number
  /** How far the exact statistic may lie above the one of cells. */
  readonly bound?: number
  readonly n: { readonly reference: number; readonly current: number }
  readonly cells: number
}

/** What for: a p-value that costs much is left out where the detector only describes. */
export type Asked = 'to decide' | 'to describe'

export interface SidesRead {
  readonly numeric: NumericSides
  readonly categorical: CategoricalSides
  readonly any: Sides
}

/**
 * A comparing detector: one file, one line in `detectors/index.ts`, one page under `docs/detectors`. `compare`
 * is pure; it may assume that both sides have the same cells.
 */
export interface Detector<
  Options extends z.ZodObject = z.ZodObject,
  Reads extends keyof SidesRead = keyof SidesRead,
> {
  /** The name of its file. */
  readonly name: string
  readonly title: string
  readonly reads: Reads
  /** `values`: it needs one cell per distinct value; of a stored profile it is given the row sample's. */
  readonly from: 'counts' | 'values'
  /** Raised when the same input would give other numbers. */
  readonly definition: number
  /** `test` may decide for a feature, `rule` watches data quality, `description` never decides. */
  readonly role: 'test' | 'rule' | 'description'
  readonly options: Options
  readonly examples: readonly z.input<Options>[]
  /**
   * Where its p-value keeps its level: everywhere, or only for features and sizes that are named. Absent: `all`.
   * Outside, where the rows themselves show it, there is no p-value but a reason.
   */
  readonly validFor?: 'all' | readonly string[]
  /** The smallest effect that matters, with the reason in the page of the detector. */
  readonly minimumEffect: number
  compare(sides: SidesRead[Reads], options: z.output<Options>, asked?: Asked): Comparison
}

/** Keeps the type of the options while the registry sees every detector alike. */
export const defineDetector = <Options extends z.ZodObject, Reads extends keyof SidesRead>(
  detector: Detector<Options, Reads>,
): Detector => detector as unknown as Detector

/**
 * Runs one detector on one feature. Throws DETECTOR_INPUT_INVALID for a feature it does not read, a side without
 * rows, or cells that are too coarse for it.
 */
export function compareWith(
  detector: Detector,
  sides: Sides,
  options: Record<string, unknown> = {},
  asked: Asked = 'to decide',
): Score {
  if (detector.reads !== 'any' && detector.reads !== sides.kind) {
    throw invalid(detector, `${sides.feature} is ${sides.kind}`)
  }
  if (detector.from === 'values' && sides.kind === 'numeric' && sides.cells !== 'values') {
    throw invalid(detector, `it needs the values of ${sides.feature}, not counts of cells`)
  }
  const parsed = optionsOf(detector, options)
  if (detector.role !== 'rule') {
    const { reference, current } = usable(sides)
    if (reference === 0 || current === 0) throw noRows(detector, sides)
  }
  const comparison = detector.compare(sides, parsed, asked)
  const { n } = comparison
  if (n.reference === 0 || n.current === 0) throw noRows(detector, sides)
  return scoreOf(detector, parsed, comparison)
}

type Named = Pick<Detector, 'name' | 'definition' | 'options'>

/** The options of a detector with its defaults. Throws DETECTOR_INPUT_INVALID. */
export function optionsOf(
  detector: Named,
  options: Record<string, unknown>,
): Record<string, unknown> {
  const known = defaults.get(detector)
  const isEmpty = Object.keys(options).length === 0
  if (isEmpty && known !== undefined) return known
  const parsed = detector.options.safeParse(options)
  if (!parsed.success) throw invalid(detector, parsed.error.issues[0]?.message ?? 'its options')
  if (isEmpty) defaults.set(detector, Object.freeze(parsed.data))
  return parsed.data
}

/** What no options are read as: the same for every feature of every window. */
const defaults = new WeakMap<object, Record<string, unknown>>()

/** A comparison with everything that is needed to recompute it. */
export function scoreOf(
  { name, definition }: Named,
  options: Record<string, unknown>,
  comparison: Comparison,
): Score {
  const { n, effectInterval, law, mainShare, bound, pValueAbsent, pValueError, logP } = comparison
  // It may be worked out as it is read: once.
  const { pValue } = comparison
  const score: Score = {
    detector: name,
    definition,
    options,
    score: comparison.score,
    effect: comparison.effect,
    effectInterval: [effectInterval[0], effectInterval[1]],
    pValue: pValue ?? null,
    n: { reference: n.reference, current: n.current },
    cells: comparison.cells,
  }
  if (law !== undefined) score.law = law
  if (mainShare !== undefined) score.mainShare = mainShare
  if (bound !== undefined) score.bound = bound
  if (pValueAbsent !== undefined) score.pValueAbsent = pValueAbsent
  if (pValueError !== undefined && pValueError > 0) score.pValueError = pValueError
  if (logP !== undefined && pValue !== undefined && pValue < 1e-300) score.logP = logP
  return score
}

const noRows = (detector: Detector, { feature }: Sides) =>
  invalid(detector, `${feature} has no rows on one side`)

export const invalid = ({ name }: Pick<Named, 'name'>, reason: string): DriftgateError =>
  new DriftgateError('DETECTOR_INPUT_INVALID', { detector: name, reason })
