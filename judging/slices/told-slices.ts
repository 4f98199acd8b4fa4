import type { CheckedSlices, LossSlices } from '../../contracts/slice.ts'
import type { JoinedSample } from './labelled-sample.ts'
import {
  checkLevel,
  checkLossSlices,
  findLossSlices,
  sliceDefinition,
  sliceLevel,
} from './loss-slices.ts'

export interface SlicedWindow {
  readonly version: string
  readonly loss: LossSlices['loss']
  readonly now: JoinedSample
  /** Null: there are no earlier rows. */
  readonly before: JoinedSample | null
}

const samplesOf = ({ now, before }: SlicedWindow): LossSlices['samples'] => ({
  now: now.digest,
  before: before?.digest ?? null,
})

/** The slices that got worse than the rest of a version, and the samples by which; `earlier`: starts of windows. */
export function lossSlicesOf(window: SlicedWindow, earlier: readonly string[]): LossSlices {
  const { version, loss, now, before } = window
  const { found, rows } = findLossSlices(loss, now, before)
  const held = before === null ? '' : ` held against ${before.ids.length} earlier ones`
  return {
    ...{ definition: sliceDefinition, version, loss, level: sliceLevel, rows, found },
    earlier: before === null ? [] : [...earlier],
    samples: samplesOf(window),
    sentence:
      found.length === 0
        ? `no slice got worse than the rest among ${now.ids.length} sampled rows with a label${held}`
        : found.map(({ sentence }) => sentence).join('; '),
  }
}

/** What was found in the final window before, as it is in this one. */
export function checkedSlicesOf(
  window: SlicedWindow,
  { foundIn, found }: { readonly foundIn: string; readonly found: LossSlices['found'] },
): CheckedSlices {
  const { version, loss, now, before } = window
  return {
    ...{ version, loss, foundIn, level: checkLevel / found.length, samples: samplesOf(window) },
    slices: checkLossSlices(loss, found, now, before),
  }
}
