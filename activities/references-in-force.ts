import type pg from 'pg'
import type { StoredReference } from '../adapters/postgres/references.ts'
import { findVerdict } from '../adapters/postgres/verdicts.ts'
import type { ModelSettings } from '../contracts/config.ts'
import type { ReferenceLook, Unused } from '../contracts/reference-report.ts'
import type { ReferenceKind } from '../contracts/reference-settings.ts'
import type { ScanPlan } from '../contracts/scan.ts'
import {
  decodeProfile,
  digestOf,
  encodeProfile,
  encodeSample,
  type Profile,
  profileDigest,
} from '../profiles/index.ts'
import { type ComputedLook, computedReferences } from './computed-references.ts'
import { storedSegments } from './segment-profiles.ts'

/** One reference of a model as it is for one window. */
export interface ReferenceInForce {
  readonly name: string
  readonly kind: ReferenceKind
  readonly modelVersion: string
  /** Windows that were held against a reference of another identity say nothing of how much they vary against this. */
  readonly identity: string
  readonly profile: Profile
  readonly profileDigest: string
  readonly cells: 'quantiles' | 'given'
  /** In the bytes of `profiles/sample.ts`; null: none was kept. */
  readonly sample: Uint8Array | null
  /** Segment -> its profile. */
  readonly segments: ReadonlyMap<string, Profile>
  readonly unused: Unused | null
  /** The profile that a span of so many windows is held against; null: there is none that can be used. */
  readonly forSpan: (windows: number) => Profile | null
  readonly looks: readonly ReferenceLook[]
}

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
}

/** The references that the settings name, in their order, whether they can be used or not. */
export async function referencesInForce(
  db: pg.Pool,
  asked: ReferencesAsked,
): Promise<ReferenceInForce[]> {
  const { settings, plan, stored, spans } = asked
  const version = asked.version ?? stored.version
  const named = Object.entries(settings.references)
  const isComputed = named.some(([, { kind }]) => kind !== 'training')
  const before = isComputed ? await findVerdict(db, plan.model, new Date(plan.window.start)) : null
  const computed = await computedReferences(db, {
    ...{ settings, plan, version, binning: stored.binning, looks: [1, ...spans] },
    ...(before?.evidence.references && { recorded: before.evidence.references }),
  })
  return Promise.all(
    named.map(([name, { kind, ...definition }]) =>
      kind === 'training'
        ? trainingReference(db, name, stored)
        : merged(computed.get(name) as ComputedLook[], {
            ...{ name, kind, modelVersion: version },
            identity: digestOf({ name, kind, definition, binning: stored.binningDigest }),
            samples: (settings.detection.rows ?? []).length > 0 && settings.log.keepSample,
          }),
    ),
  )
}

async function trainingReference(
  db: pg.Pool,
  name: string,
  stored: StoredReference,
): Promise<ReferenceInForce> {
  const { profileDigest: digest, binning, sample = null } = stored
  const profile = decodeProfile(stored.profile, binning)
  return {
    ...{ name, kind: 'training', modelVersion: stored.version, identity: digest },
    ...{ profile, profileDigest: digest, cells: 'quantiles', sample },
    segments: await storedSegments(db, stored),
    unused: null,
    forSpan: () => profile,
    looks: [{ windows: 1, profile: digest, rows: profile.rows }],
  }
}

function merged(
  looks: readonly ComputedLook[],
  {
    samples,
    ...known
  }: Pick<ReferenceInForce, 'name' | 'kind' | 'modelVersion' | 'identity'> & {
    readonly samples: boolean
  },
): ReferenceInForce {
  const told = looks.map((look) => ({ look, digest: profileDigest(encodeProfile(look.profile)) }))
  const [{ look: own, digest }] = told as [(typeof told)[0], ...typeof told]
  return {
    ...known,
    ...{ profile: own.profile, profileDigest: digest, cells: 'given', segments: own.segments },
    sample: samples ? encodeSample(own.sample) : null,
    unused: own.unused,
    forSpan: (windows) =>
      looks.find((look) => look.windows === windows && look.unused === null)?.profile ?? null,
    looks: told.map(({ look, digest: profile }) => ({
      ...{ windows: look.windows, profile, rows: look.profile.rows },
      merged: look.merged.map(({ start, end }): [string, string] => [
        new Date(start).toISOString(),
        new Date(end).toISOString(),
      ]),
      ...(look.unused && { unused: look.unused }),
    })),
  }
}
