import { z } from 'zod'

/** One condition on a feature. A range holds `from` and leaves `below` out; null: no end on that side. */
export const sliceCondition = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('value'), feature: z.string(), value: z.string() }),
  z.object({ kind: z.literal('missing'), feature: z.string() }),
  z.object({
    kind: z.literal('range'),
    feature: z.string(),
    from: z.number().nullable(),
    below: z.number().nullable(),
  }),
])
export type SliceCondition = z.infer<typeof sliceCondition>

/** Rows for which all conditions hold: one or two of them. */
export const sliceConditions = z.array(sliceCondition).min(1).max(2)

/** A mean loss before and now; `before` null: there are no earlier rows. */
const meanLoss = z.object({ before: z.number().nullable(), now: z.number() })

/** How the loss of a slice stands to that of all other rows. Taken of rows by which the slice was not chosen. */
export const lossContrast = z.object({
  /** Rows of the slice, now and before. */
  rows: z.number().int(),
  rowsBefore: z.number().int(),
  /** Of all rows now. */
  share: z.number(),
  inside: meanLoss,
  outside: meanLoss,
  /** What the loss rose by inside, less what it rose by outside; without earlier rows, inside less outside. */
  effect: z.number(),
  /** 95 %. */
  effectInterval: z.tuple([z.number(), z.number()]),
  /** One-sided: that the slice did not get worse than the rest. */
  p: z.number(),
  /** Of the rise of the mean loss of all rows; null: there are no earlier rows, or it did not rise. */
  carried: z.number().nullable(),
})
export type LossContrast = z.infer<typeof lossContrast>

export const lossSlice = lossContrast.extend({
  conditions: sliceConditions,
  /** "error 4 % -> 19 % for country = DE and age < 25, 6 % of rows; elsewhere 4 % -> 5 %" */
  sentence: z.string(),
})
export type LossSlice = z.infer<typeof lossSlice>

/** What was found in an earlier window, held against the labelled rows of this one. */
export const checkedSlice = z.object({
  conditions: sliceConditions,
  state: z.enum(['confirmed', 'not confirmed', 'too few rows']),
  /** Null: too few rows. */
  contrast: lossContrast.nullable(),
  sentence: z.string(),
})
export type CheckedSlice = z.infer<typeof checkedSlice>

/** Digests of samples with their labels; null: there is none. */
const digest = z.string().nullable()

/** Slices that got worse than the rest of the predictions of a version, told by a sample of rows with their labels. */
export const lossSlices = z.object({
  /** Of the search; raised when the same rows would give other slices. */
  definition: z.number().int(),
  version: z.string(),
  loss: z.enum(['brier', 'error_rate', 'absolute_error']),
  /** Chance that a slice is named where there is none. */
  level: z.number(),
  /** Rows with a label: those by which slices are chosen, and those by which they are judged. */
  rows: z.object({ chosen: z.number().int(), judged: z.number().int() }),
  /** Starts of the earlier windows that they are held against, ISO 8601; empty: inside is held against outside alone. */
  earlier: z.array(z.string()),
  samples: z.object({ now: digest, before: digest }),
  found: z.array(lossSlice),
  sentence: z.string(),
})
export type LossSlices = z.infer<typeof lossSlices>

/** The slices that were found in the final window before, held against the labelled rows of this one. */
export const checkedSlices = lossSlices.pick({ version: true, loss: true, samples: true }).extend({
  /** Start of the window in which they were found, ISO 8601. */
  foundIn: z.string(),
  /** Of each slice; of several it is shared. */
  level: z.number(),
  slices: z.array(checkedSlice),
})
export type CheckedSlices = z.infer<typeof checkedSlices>

const ofBothSides = z.object({ reference: z.number(), current: z.number() })

export const driftSlice = z.object({
  conditions: sliceConditions,
  /** Rows of the slice among those by which it was not chosen, and their share of these. */
  rows: ofBothSides,
  shares: ofBothSides,
  /** Share now less that of the reference. */
  effect: z.number(),
  /** 95 %. */
  effectInterval: z.tuple([z.number(), z.number()]),
  /** Two-sided, exact. */
  p: z.number(),
  /** "2 % -> 8 % of rows have country = DE and age < 25" */
  sentence: z.string(),
})
export type DriftSlice = z.infer<typeof driftSlice>

/** Slices whose share of the rows changed most, told by the samples of rows of the window and of its first reference. */
export const driftSlices = z.object({
  definition: z.number().int(),
  level: z.number(),
  rows: z.object({ chosen: z.number().int(), judged: z.number().int() }),
  samples: z.object({ reference: digest, current: digest }),
  found: z.array(driftSlice),
  sentence: z.string(),
})
export type DriftSlices = z.infer<typeof driftSlices>
