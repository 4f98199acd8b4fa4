import { cutOf } from '../adapters/postgres/verdicts.ts'
import type { ModelSettings } from '../contracts/config.ts'
import { type Report, reportSchema } from '../contracts/report.ts'
import type { ScanPlan } from '../contracts/scan.ts'
import { absentFeatures } from '../judging/absent-features.ts'
import type { Joint } from '../judging/joint-sides.ts'
import { type Held, judgeProfiles } from '../judging/judge-profiles.ts'
import type { Span } from '../judging/merge-spans.ts'
import type { MergedRows } from '../judging/merged-rows.ts'
import type { SegmentProfiles } from '../judging/segment-profiles.ts'
import type { AcceptedWindow } from '../policies/history.ts'
import { digestOf, encodeProfile, profileDigest } from '../profiles/index.ts'
import type { ReferenceInForce } from './references-in-force.ts'

/** A reference in use, and what of the window and of its history is held against it. */
export interface Compared {
  readonly reference: ReferenceInForce
  readonly segments: readonly SegmentProfiles[]
  /** What row detectors say; null: none was asked. */
  readonly asked: Joint | null
  readonly accepted: readonly AcceptedWindow[]
}

export interface Judged {
  readonly settings: ModelSettings
  /** All that the settings name. */
  readonly references: readonly ReferenceInForce[]
  /** Those in use. */
  readonly compared: readonly Compared[]
  /** Digest. */
  readonly binning: string
  readonly rows: MergedRows
  readonly spans: readonly Span[]
  readonly counts: { bad: number; foreign: number; lost: number; late: number }
  readonly oddities: Pick<Report['rows'], 'ahead' | 'repeated' | 'silent'>
  readonly emptyBefore: number
}

/** The verdict and the evidence that it names; `looks`: what later windows learn from it, by reference. */
export function reportOn(plan: ScanPlan, judged: Judged) {
  const { settings, references, compared, rows, spans, counts } = judged
  const { profile: current } = rows
  const { window, detection } = settings
  const [used] = compared
  const first = used?.reference ?? (references[0] as ReferenceInForce)
  const several = !isTrainingAlone(settings)
  const [held, ...others] = compared.map((one) => heldOf(plan, judged, one, several))
  const { result, definitions, looks } = judgeProfiles({
    ...{ settings, rows, counts, emptyBefore: judged.emptyBefore },
    ...(held ?? {
      reference: first.profile,
      segments: [],
      spans: [],
      noReference: none(references),
    }),
    others,
  })
  const { against = [], ...verdict } = result
  const segments = used?.segments ?? []
  const evidence = {
    model: plan.model,
    window: plan.window,
    cut: cutOf(plan),
    ...(plan.began && { began: plan.began }),
    ...(plan.repairs && { repairs: plan.repairs }),
    profile: profileDigest(encodeProfile(current)),
    reference: {
      name: first.name,
      profile: first.profileDigest,
      modelVersion: first.modelVersion,
    },
    binning: judged.binning,
    settings: digestOf({
      ...{ features: settings.features, detection, window },
      ...(several && { references: settings.references }),
    }),
    detectors: { ...definitions, ...used?.asked?.definitions },
    ...(used?.asked && { samples: used.asked.samples }),
    ...(segments.length > 0 && {
      segments: Object.fromEntries(
        segments.map((one) => [one.name, profileDigest(encodeProfile(one.current))]),
      ),
    }),
    ...(spans.length > 0 && {
      spans: spans.map(({ windows, merged, profile }) => ({
        windows,
        merged,
        profile: profileDigest(encodeProfile(profile)),
      })),
    }),
    ...historyEvidence(used?.accepted),
    ...(several && {
      references: references.map(({ name, kind, modelVersion, looks }) => {
        const own = compared.find(({ reference }) => reference.name === name)
        return {
          ...{ name, kind, modelVersion, looks },
          ...(own?.asked && { sample: own.asked.samples.reference }),
          ...historyEvidence(own?.accepted),
        }
      }),
    }),
  }
  const report = reportSchema.parse({
    schema: 'driftgate-report/1',
    model: plan.model,
    window: plan.window,
    ...verdict,
    ...(several && {
      references: references.map(({ name, kind, profile, unused }) => ({
        ...{ name, kind, rows: profile.rows, unused, drifted: 0, watch: 0 },
        ...against.find(({ reference }) => reference === name),
      })),
    }),
    rows: { good: current.rows, ...counts, reference: first.profile.rows, ...judged.oddities },
    evidence,
    evidenceDigest: digestOf(evidence),
  })
  const learned = looks.map((look, index) => [compared[index]?.reference.identity, look] as const)
  return {
    report,
    looks: Object.fromEntries(learned.filter(([identity]) => identity !== undefined)),
  }
}

/** Then a report speaks of the reference, and nothing has to be told apart. */
const isTrainingAlone = ({ references }: ModelSettings): boolean => {
  const kinds = Object.values(references).map(({ kind }) => kind)
  return kinds.length === 1 && kinds[0] === 'training'
}

const none = (references: readonly ReferenceInForce[]): string =>
  references.map(({ name, unused }) => `${name}: ${unused?.sentence}`).join('; ')

function heldOf(
  plan: ScanPlan,
  { settings, spans }: Judged,
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
    history: { accepted, startMs: Date.parse(plan.window.start) },
  }
}

const historyEvidence = (accepted: readonly AcceptedWindow[] = []) =>
  accepted.length === 0
    ? {}
    : {
        history: {
          windows: accepted.length,
          from: new Date(accepted[0]?.endMs ?? 0).toISOString(),
          to: new Date(accepted.at(-1)?.endMs ?? 0).toISOString(),
          digest: digestOf(accepted),
        },
      }
