import type { Db } from './pool.ts'
import { keptSample, openedRows, rowRules } from './row-cipher.ts'

export interface GuardRows {
  readonly model: string
  readonly version: string
  /** Digest of the profile of the reference that the rows are of. */
  readonly profile: string
}

/** Keeps rows of a reference for the guard, in the bytes of `profiles/sample.ts`. Repeated, it changes nothing. */
export async function insertGuardRows(
  db: Db,
  { model, version, profile }: GuardRows,
  bytes: Uint8Array,
  rows: number,
): Promise<void> {
  const { sample, keyId } = await keptSample(db, model, 'guard_rows.sample', bytes)
  if (sample === null) return
  await db.query(
    `insert into guard_rows (model, model_version, profile, rows, sample, key_id)
     values ($1, $2, $3, $4, $5, $6) on conflict do nothing`,
    [model, version, profile, rows, sample, keyId],
  )
}

/** Null: none are kept beside the sample of the reference. */
export async function findGuardRows(
  db: Db,
  { model, version, profile }: GuardRows,
): Promise<Uint8Array | null> {
  const { rows } = await db.query<{ bytes: Uint8Array; key_id: string | null }>(
    `select sample as bytes, key_id from guard_rows
     where model = $1 and model_version = $2 and profile = $3`,
    [model, version, profile],
  )
  const [bytes] = await openedRows(db, { model }, rows, (row, cipher) =>
    cipher.open('guard_rows.sample', row.bytes, row.key_id),
  )
  return bytes ?? null
}

/** What was fitted under that digest; null: nothing yet. */
export async function findGuardFit(db: Db, model: string, id: string): Promise<unknown> {
  const { rows } = await db.query<{ fit: unknown; key_id: string | null }>(
    'select fit, key_id from guard_fits where id = $1',
    [id],
  )
  const [fit] = await openedRows(db, { model }, rows, ({ fit, key_id: keyId }, cipher) =>
    keyId === null ? fit : JSON.parse(cipher.openText('guard_fits.fit', fit as string, keyId)),
  )
  return fit ?? null
}

/** The first fit under a digest stays; returns it. */
export async function storeGuardFit(
  db: Db,
  id: string,
  { model, version, profile }: GuardRows,
  fit: unknown,
): Promise<unknown> {
  const { cipher } = await rowRules(db, { model })
  const { keyId } = cipher
  const text = JSON.stringify(fit)
  await db.query(
    `insert into guard_fits (id, model, model_version, profile, fit, key_id)
     values ($1, $2, $3, $4, $5, $6) on conflict do nothing`,
    [
      ...[id, model, version, profile],
      keyId === null ? text : JSON.stringify(cipher.sealText('guard_fits.fit', text)),
      keyId,
    ],
  )
  return findGuardFit(db, model, id)
}

/** What a guard follows: the version that serves and the newest reference of it or, without one, of the model. */
export interface GuardPlace {
  /** Another one is another reference, or the same after rows of it were erased. */
  readonly reference: string
  readonly version: string
}

/** Cheap, to be asked again and again; null: the model has no reference in force at that time. */
export async function guardPlace(
  db: Db,
  model: string,
  served: string | null,
  at: Date,
): Promise<GuardPlace | null> {
  const { rows } = await db.query<GuardPlace>(
    `select concat_ws(' ', r.id, (
         select stored_at from guard_rows g
         where g.model = r.model and g.model_version = r.model_version and g.profile = r.profile
       ), (select count(*) from erased_samples e where e.model = r.model and e.reference = r.profile)
       ) as reference, r.model_version as version
     from model_references r
     where r.model = $1 and r.segment = '' and (r.windows_from is null or r.windows_from <= $3)
     order by r.model_version is not distinct from $2 desc, r.id desc limit 1`,
    [model, served, at],
  )
  return rows[0] ?? null
}
