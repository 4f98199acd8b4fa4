import type pg from 'pg'
import type { Known } from '../adapters/postgres/known.ts'
import { liftedIn } from '../adapters/postgres/merged-parts.ts'
import type { StoredReference } from '../adapters/postgres/references.ts'
import type { ModelSettings } from '../contracts/config.ts'
import { absorbed } from '../contracts/reference-upload.ts'
import type { ScanPlan } from '../contracts/scan.ts'
import { computedReferences, referencesReach } from '../judging/computed-references.ts'
import { type ReferenceInForce, referencesOf } from '../judging/references-in-force.ts'
import { decodeProfile } from '../profiles/index.ts'
import { feedsOnRecord, fillFromParts } from './computed-references.ts'
import { storedSegments } from './segment-profiles.ts'

export interface ReferencesAsked {
  readonly settings: ModelSettings
  /** The plan of the window's first verdict. */
  readonly plan: ScanPlan
  /** The model version whose rows are judged; null: there are none. */
  readonly version: string | null
  /** What the model version learned from; its binning is that of the reading. */
  readonly stored: StoredReference
  /** Lengths of the longer spans, in windows. */
  readonly spans: readonly number[]
  readonly known: Known
}

/** The references that the settings name, in their order, whether they can be used or not. */
export async function referencesInForce(
  db: pg.Pool,
  asked: ReferencesAsked,
): Promise<ReferenceInForce[]> {
  const { settings, plan, stored, spans, known } = asked
  const { binning, binningDigest } = stored
  const version = asked.version ?? stored.version
  const kinds = Object.values(settings.references).map(({ kind }) => kind)
  const isComputed = kinds.some((kind) => kind !== 'training')
  const looks = [1, ...spans]
  const feeds = isComputed
    ? await feedsOnRecord(db, settings, plan, Math.max(...looks), known.verdicts)
    : () => false
  const computed = await computedReferences(
    {
      ...{ settings, window: plan.window, binning, looks, feeds },
      ...{
        recorded: known.merged,
        gone: isComputed && (await isGone(db, asked, Math.max(...looks))),
      },
    },
    fillFromParts(db, { settings, plan, version, binning }),
  )
  const training = kinds.includes('training')
    ? {
        version: stored.version,
        digest: stored.profileDigest,
        profile: decodeProfile(stored.profile, binning),
        sample: stored.sample ?? null,
        segments: await storedSegments(db, stored),
        absorbed: absorbed(stored.origin),
      }
    : null
  return referencesOf(settings, { version, binning: binningDigest, training, computed })
}

/** Retention took counts of the time that references want. */
async function isGone(
  db: pg.Pool,
  { settings, plan }: ReferencesAsked,
  longestLook: number,
): Promise<boolean> {
  const end = new Date(plan.window.start)
  const start = new Date(end.getTime() - referencesReach(settings, longestLook))
  return (await liftedIn(db, plan.reading, { start, end })) !== null
}
