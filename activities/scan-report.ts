import { cutOf } from '../adapters/postgres/verdicts.ts'
import { type Report, reportSchema } from '../contracts/report.ts'
import type { ScanPlan } from '../contracts/scan.ts'
import {
  type Compared,
  type ComparedWindow,
  isTrainingAlone,
  judgeCompared,
  settingsDigest,
} from '../judging/compared.ts'
import type { Joint } from '../judging/joint-sides.ts'
import type { ReferenceInForce } from '../judging/references-in-force.ts'
import type { AcceptedWindow } from '../policies/history.ts'
import { digestOf, encodeProfile, profileDigest } from '../profiles/index.ts'

export interface Judged extends ComparedWindow {
  readonly compared: readonly (Compared & { readonly asked: Joint | null })[]
  /** Digest. */
  readonly binning: string
  readonly counts: { bad: number; foreign: number; lost: number; late: number }
  readonly oddities: Pick<Report['rows'], 'ahead' | 'repeated' | 'removed' | 'differing' | 'silent'>
}

/** The verdict and the evidence that it names; `looks`: what later windows learn from it, by reference. */
export function reportOn(plan: ScanPlan, judged: Judged) {
  const { settings, references, compared, rows, spans, counts } = judged
  const { profile: current } = rows
  const [used] = compared
  const first = used?.reference ?? (references[0] as ReferenceInForce)
  const several = !isTrainingAlone(settings)
  const { result, definitions, looks } = judgeCompared(judged)
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
    settings: settingsDigest(settings),
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
    ...absorbedIn(references),
    rows: { good: current.rows, ...counts, reference: first.profile.rows, ...judged.oddities },
    evidence,
    evidenceDigest: digestOf(evidence),
  })
  return { report, looks }
}

const absorbedIn = (references: readonly ReferenceInForce[]): Pick<Report, 'absorbed'> => {
  const origin = references.find(({ absorbed }) => absorbed !== null)?.absorbed
  return origin ? { absorbed: origin } : {}
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
