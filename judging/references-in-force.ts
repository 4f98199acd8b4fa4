import type { ModelSettings } from '../contracts/config.ts'
import { keepsSamples } from '../contracts/data-settings.ts'
import type { ReferenceLook, Unused } from '../contracts/reference-report.ts'
import type { ReferenceKind } from '../contracts/reference-settings.ts'
import type { AbsorbedOrigin } from '../contracts/reference-upload.ts'
import {
  digestOf,
  encodeProfile,
  encodeSample,
  type Profile,
  profileDigest,
} from '../profiles/index.ts'
import type { ComputedLook } from './computed-references.ts'

/** One reference of a model as it is for one window. */
export interface ReferenceInForce {
  readonly name: string
  readonly kind: ReferenceKind
  readonly modelVersion: string
  /** Windows that were held against a reference of another identity say nothing of how much they vary against this. */
  readonly identity: string
  readonly profile: Profile
  /** Worked out when it is read. */
  readonly profileDigest: string
  readonly cells: 'quantiles' | 'given'
  /** In the bytes of `profiles/sample.ts`; null: none was kept. */
  readonly sample: Uint8Array | null
  /** Segment -> its profile. */
  readonly segments: ReadonlyMap<string, Profile>
  readonly unused: Unused | null
  /** The profile that a span of so many windows is held against; null: there is none that can be used. */
  readonly forSpan: (windows: number) => Profile | null
  /** Worked out when they are read. */
  readonly looks: readonly ReferenceLook[]
  /** Null: it was not absorbed from the log. */
  readonly absorbed: AbsorbedOrigin | null
}

/** What a model version learned from, or what was absorbed in its place. */
export interface TrainingData {
  readonly version: string
  readonly digest: string
  readonly profile: Profile
  readonly sample: Uint8Array | null
  readonly segments: ReadonlyMap<string, Profile>
  /** Null or absent: the version learned from it. */
  readonly absorbed?: AbsorbedOrigin | null
}

function trainingReference(
  name: string,
  { version, digest, profile, sample, segments, absorbed = null }: TrainingData,
): ReferenceInForce {
  return {
    ...{ name, kind: 'training', modelVersion: version, identity: digest },
    ...{ profile, profileDigest: digest, sample, segments, absorbed },
    // The edges are quantiles of what was learned from.
    cells: absorbed === null ? 'quantiles' : 'given',
    unused: null,
    forSpan: () => profile,
    looks: [{ windows: 1, profile: digest, rows: profile.rows }],
  }
}

/** A reference of merged parts: one look for the window itself first, then those of its spans. */
function mergedReference(
  looks: readonly ComputedLook[],
  {
    samples,
    ...known
  }: Pick<ReferenceInForce, 'name' | 'kind' | 'modelVersion' | 'identity'> & {
    readonly samples: boolean
  },
): ReferenceInForce {
  const own = looks[0] as ComputedLook
  let told: readonly ReferenceLook[] | undefined
  const all = () => (told ??= looks.map(toldLook))
  return {
    ...known,
    ...{ profile: own.profile, cells: 'given', segments: own.segments, unused: own.unused },
    absorbed: null,
    sample: samples ? encodeSample(own.sample) : null,
    forSpan: (windows) =>
      looks.find((look) => look.windows === windows && look.unused === null)?.profile ?? null,
    get profileDigest() {
      return (all()[0] as ReferenceLook).profile
    },
    get looks() {
      return all()
    },
  }
}

const toldLook = ({ windows, profile, merged, unused }: ComputedLook): ReferenceLook => ({
  ...{ windows, profile: profileDigest(encodeProfile(profile)), rows: profile.rows },
  merged: merged.map(({ start, end }): [string, string] => [
    new Date(start).toISOString(),
    new Date(end).toISOString(),
  ]),
  ...(unused && { unused }),
})

/** The references that the settings name, in their order. */
export const referencesOf = (
  settings: Pick<ModelSettings, 'references' | 'detection' | 'data'>,
  from: {
    /** The model version whose rows are judged. */
    readonly version: string
    /** Digest. */
    readonly binning: string
    /** Null: the settings name none. */
    readonly training: TrainingData | null
    readonly computed: ReadonlyMap<string, readonly ComputedLook[]>
  },
): ReferenceInForce[] =>
  Object.entries(settings.references).map(([name, { kind, ...definition }]) =>
    kind === 'training'
      ? trainingReference(name, from.training as TrainingData)
      : mergedReference(from.computed.get(name) as readonly ComputedLook[], {
          ...{ name, kind, modelVersion: from.version },
          identity: digestOf({ name, kind, definition, binning: from.binning }),
          samples: (settings.detection.rows ?? []).length > 0 && keepsSamples(settings),
        }),
  )
