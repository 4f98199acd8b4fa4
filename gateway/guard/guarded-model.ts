import type { Binning } from '../../contracts/binning.ts'
import type { GuardSettings, ModelSettings } from '../../contracts/config.ts'
import { featureColumns } from '../../contracts/derived-feature.ts'
import type { FeatureValue, RawValue } from '../../contracts/prediction.ts'
import {
  createGuard,
  type GuardAnswer,
  type GuardFit,
  groupBy,
  guardBinning,
  rowDeriver,
  segmenter,
} from '../../profiles/index.ts'

/** How one input of a model is judged. */
export interface Judging {
  /** One raw value for each configured feature, in order; the event time is in milliseconds since 1970. */
  judge(raw: readonly RawValue[], eventMs: number): JudgedInput
}

export interface JudgedInput {
  readonly answer: Omit<GuardAnswer, 'row'>
  /** Groups that it is counted in beside all inputs. */
  readonly segments: readonly string[]
}

/** A model that has a guard, as it stands now. */
export interface GuardedModel {
  readonly name: string
  readonly settings: ModelSettings & { readonly guard: GuardSettings }
  /** What its answers follow from: the reference and the digest of the fit; null with `judging`. */
  readonly fit: { readonly version: string; readonly profile: string; readonly id: string } | null
  /** Null: it cannot judge, and `reason` says why. */
  readonly judging: Judging | null
  readonly reason: string | null
}

export const upstreamOf = ({ settings }: GuardedModel): string =>
  settings.guard.upstream ?? settings.serving.url

/** `binning`: of the reference, with the answers of the model. */
export function judgingOf(
  settings: GuardedModel['settings'],
  binning: Binning,
  { distance }: GuardFit,
): Judging {
  const { repairs, reasons, far } = settings.guard
  const asked = guardBinning(binning)
  const guard = createGuard(asked, { repairs, on: reasons, ...(distance && { distance }) })
  const derive = rowDeriver(settings.features)
  const names = featureColumns(settings.features).map(({ name }) => name)
  const places = asked.features.map(({ name }) => names.indexOf(name))
  const segmentsOf = segmenter(asked)
  const group = far?.segment === undefined ? undefined : groupBy(asked, far.segment)
  return {
    judge(raw, eventMs) {
      let values: FeatureValue[]
      try {
        values = derive(raw, eventMs)
      } catch {
        // What is no vector of its width, or no time, has no values that could be looked at.
        const action = reasons['wrong type']
        return {
          answer: { action, reasons: [{ reason: 'wrong type' }], repairs: [] },
          segments: [],
        }
      }
      const { row, ...answer } = guard(
        places.map((place) => values[place]),
        group,
      )
      return { answer, segments: [...segmentsOf(row)] }
    },
  }
}
