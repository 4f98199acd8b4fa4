import type { ModelSettings } from '../contracts/config.ts'
import type { JudgeInput } from '../policies/alarm.ts'
import type { AcceptedWindow, Strengths } from '../policies/history.ts'
import { digestOf } from '../profiles/index.ts'
import { absentFeatures } from './absent-features.ts'
import type { Joint } from './joint-sides.ts'
import { type Held, type JudgedWindow, judgeProfiles } from './judge-profiles.ts'
import type { Span } from './merge-spans.ts'
import type { MergedRows } from './merged-rows.ts'
import type { ReferenceInForce } from './references-in-force.ts'
import type { SegmentProfiles } from './segment-profiles.ts'

/** A reference in use, and what of the window and of its history is held against it. */
export interface Compared {
  readonly reference: ReferenceInForce
  readonly segments: readonly SegmentProfiles[]
  /** What row detectors say; null: none was asked. */
  readonly asked: Pick<Joint, 'scores'> | null
  readonly accepted: readonly AcceptedWindow[]
}

/** A window and all that it is held against. */
export interface ComparedWindow {
  readonly settings: ModelSettings
  readonly startMs: number
  /** All that the settings name. */
  readonly references: readonly ReferenceInForce[]
  /** Those in use. */
  readonly compared: readonly Compared[]
  readonly rows: MergedRows
  readonly spans: readonly Span[]
  readonly counts: Omit<JudgeInput['rows'], 'good'>
  readonly emptyBefore: number
  readonly outcomeOnly?: boolean
}

/** The verdict on a window against every reference in use; `looks`: what later windows learn from it, by identity. */
export function judgeCompared(
  judged: ComparedWindow,
): Omit<JudgedWindow, 'looks'> & { readonly looks: Record<string, Record<string, Strengths>> } {
  const { settings, references, compared, rows, counts, emptyBefore, outcomeOnly } = judged
  const several = !isTrainingAlone(settings)
  const [held, ...others] = compared.map((one) => heldOf(judged, one, several))
  const { looks, ...told } = judgeProfiles({
    ...{ settings, rows, counts, emptyBefore },
    ...(held ?? {
      reference: (references[0] as ReferenceInForce).profile,
      segments: [],
      spans: [],
      noReference: none(references),
    }),
    others,
    ...(outcomeOnly && { outcomeOnly }),
  })
  const learned = looks.map((look, index) => [compared[index]?.reference.identity, look] as const)
  return {
    ...told,
    looks: Object.fromEntries(learned.filter(([identity]) => identity !== undefined)),
  }
}

/** Then a report speaks of the reference, and nothing has to be told apart. */
export const isTrainingAlone = ({ references }: Pick<ModelSettings, 'references'>): boolean => {
  const kinds = Object.values(references).map(({ kind }) => kind)
  return kinds.length === 1 && kinds[0] === 'training'
}

/** What of a model's settings a verdict rests on. */
export const settingsDigest = (
  settings: Pick<ModelSettings, 'features' | 'detection' | 'window' | 'references'>,
): string => {
  const { features, detection, window, references } = settings
  const several = !isTrainingAlone(settings)
  return digestOf({ features, detection, window, ...(several && { references }) })
}

const none = (references: readonly ReferenceInForce[]): string =>
  references.map(({ name, unused }) => `${name}: ${unused?.sentence}`).join('; ')

function heldOf(
  { settings, startMs, spans }: ComparedWindow,
  { reference, segments, asked, accepted }: Compared,
  several: boolean,
): Held {
  return {
    ...(several && { name: reference.name }),
    ...{ reference: reference.profile, cells: reference.cells, segments },
    absent: absentFeatures(settings, reference.profile),
    spans: spans.flatMap((span) => {
      const own = reference.forSpan(span.windows)
      return own === null ? [] : [{ ...span, reference: own }]
    }),
    ...(asked && { joint: asked.scores }),
    history: { accepted, startMs },
  }
}
