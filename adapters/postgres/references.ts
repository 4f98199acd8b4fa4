import { type Binning, binningSchema } from '../../contracts/binning.ts'
import {
  type ReferenceOrigin,
  type ReferencesAnswer,
  referenceOrigin,
} from '../../contracts/reference-upload.ts'
import type { NamedReference } from './known.ts'
import type { Db } from './pool.ts'
import { keptSample, openedRows } from './row-cipher.ts'

export interface StoredReference {
  readonly model: string
  readonly name: string
  readonly version: string
  readonly profileDigest: string
  readonly profile: Uint8Array
  readonly binningDigest: string
  readonly binning: Binning
  /** Rows of it, in the bytes of `profiles/sample.ts`; null or absent where none was kept. */
  readonly sample?: Uint8Array | null
  /** Who gave it and of what file; null or absent: the training job. */
  readonly origin?: ReferenceOrigin | null
  /** Start of the first window that is held against it; null or absent: every window of the version. */
  readonly windowsFrom?: Date | null
}

/**
 * Puts a profile in force as the reference of a model version, for all rows or for a segment. Repeated, it changes
 * nothing.
 */
export async function insertReference(
  db: Db,
  reference: StoredReference,
  rows: number,
  segment = '',
): Promise<void> {
  const { model, profileDigest, profile, binningDigest, binning } = reference
  await db.query(
    'insert into binnings (digest, model, binning) values ($1, $2, $3) on conflict do nothing',
    [binningDigest, model, JSON.stringify(binning)],
  )
  await insertProfile(db, { digest: profileDigest, binning: binningDigest, bytes: profile }, rows)
  await putInForce(db, reference, segment)
}

/** Stores the bytes of a profile under a binning that is stored. Repeated, it changes nothing. */
export async function insertProfile(
  db: Db,
  { digest, binning, bytes }: { digest: string; binning: string; bytes: Uint8Array },
  rows: number,
): Promise<void> {
  await db.query(
    'insert into profiles (digest, binning, rows, bytes) values ($1, $2, $3, $4) on conflict do nothing',
    [digest, binning, rows, Buffer.from(bytes)],
  )
}

/** The same for a profile that is stored. */
export async function putInForce(
  db: Db,
  reference: Omit<StoredReference, 'profile' | 'binning' | 'binningDigest'>,
  segment = '',
): Promise<void> {
  const { model, name, version, profileDigest, sample, origin, windowsFrom } = reference
  const kept = await keptSample(db, model, 'model_references.sample', sample ?? null)
  await db.query(
    `insert into model_references
       (model, name, model_version, segment, profile, sample, key_id, origin, windows_from)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict do nothing`,
    [
      ...[model, name, version, segment, profileDigest],
      ...[kept.sample, kept.keyId, origin ?? null, windowsFrom ?? null],
    ],
  )
}

/** Until the transaction ends nobody else puts a reference in force. */
export async function lockReferences(db: Db): Promise<void> {
  await db.query('lock table model_references in share row exclusive mode')
}

const columns = `r.model, r.name, r.model_version as version, r.profile as "profileDigest",
  p.bytes as profile, p.binning as "binningDigest", b.binning, r.sample, r.key_id, r.origin, r.windows_from as "windowsFrom"
  from model_references r join profiles p on p.digest = r.profile join binnings b on b.digest = p.binning`

export interface ReferenceAsked {
  /** Absent: any. */
  readonly version?: string | undefined
  /** Digest; absent: any. */
  readonly binning?: string | undefined
  /** Start of the window that is held against it; absent: one that starts after every other. */
  readonly at?: Date
}

/** The newest reference of a model that is in force for a window; null when there is none. */
export async function referenceInForce(
  db: Db,
  model: string,
  { version, binning, at }: ReferenceAsked = {},
): Promise<StoredReference | null> {
  const { rows } = await db.query<ReferenceRow>(
    `select ${columns}
     where r.model = $1 and r.segment = '' and ($2::text is null or r.model_version = $2)
       and ($3::text is null or p.binning = $3)
       and (r.windows_from is null or $4::timestamptz is null or r.windows_from <= $4)
     order by r.id desc limit 1`,
    [model, version ?? null, binning ?? null, at ?? null],
  )
  return (await parsed(db, model, rows))[0] ?? null
}

/**
 * The reference that a verdict was held against, whatever came into force since; one under its binning, of that version
 * where there is one, where it was held against computed references alone. `at`: start of its window. Null: it is not
 * there.
 */
export async function namedReference(
  db: Db,
  model: string,
  { binning, profile, modelVersion }: NamedReference,
  at: Date,
): Promise<StoredReference | null> {
  const { rows } = await db.query<ReferenceRow>(
    `select ${columns}
     where r.model = $1 and r.segment = '' and p.binning = $2 and ($3::text is null or r.profile = $3)
       and (r.windows_from is null or r.windows_from <= $5)
     order by r.model_version = $4 desc, r.id desc limit 1`,
    [model, binning, profile, modelVersion, at],
  )
  return (await parsed(db, model, rows))[0] ?? null
}

type ReferenceRow = StoredReference & { readonly key_id: string | null }

const parsed = (
  db: Db,
  model: string,
  found: readonly ReferenceRow[],
): Promise<StoredReference[]> =>
  openedRows(
    db,
    { model },
    found,
    ({ binning, origin, sample, key_id: keyId, ...row }, cipher) => ({
      ...row,
      sample: sample == null ? null : cipher.open('model_references.sample', sample, keyId),
      binning: binningSchema.parse(binning),
      origin: origin == null ? null : referenceOrigin.parse(origin),
    }),
  )

export interface StoredSegmentReference {
  readonly segment: string
  readonly profile: Uint8Array
  readonly profileDigest: string
}

/** The newest reference of every segment that a reference has which came into force with it, by the name of the segment. */
export async function segmentReferences(
  db: Db,
  { model, name, version, binningDigest, windowsFrom }: StoredReference,
): Promise<StoredSegmentReference[]> {
  const { rows } = await db.query<StoredSegmentReference>(
    `select distinct on (r.segment) r.segment, p.bytes as profile, p.digest as "profileDigest"
     from model_references r join profiles p on p.digest = r.profile
     where r.model = $1 and r.name = $2 and r.model_version = $3 and p.binning = $4
       and r.segment <> '' and r.windows_from is not distinct from $5
     order by r.segment, r.id desc`,
    [model, name, version, binningDigest, windowsFrom ?? null],
  )
  return rows
}

/** The references of all rows, the newest first. */
export async function listReferences(
  db: Db,
  model: string,
): Promise<ReferencesAnswer['references']> {
  const { rows } = await db.query<
    Omit<ReferencesAnswer['references'][number], 'inForceSince' | 'windowsFrom'> & {
      since: Date
      from: Date | null
    }
  >(
    `select r.name, r.model_version as version, p.rows::float8 as rows, r.in_force_since as since,
       r.windows_from as "from", r.profile, p.binning, r.origin
     from model_references r join profiles p on p.digest = r.profile
     where r.model = $1 and r.segment = '' order by r.id desc`,
    [model],
  )
  return rows.map(({ since, from, ...row }) => ({
    ...row,
    inForceSince: since.toISOString(),
    windowsFrom: from?.toISOString() ?? null,
  }))
}
