import { type Binning, binningSchema } from '../../contracts/binning.ts'
import type { Db } from './pool.ts'

/** The name of the reference that a model's own training rows give. */
export const trainingReference = 'training'

export interface AdoptedReference {
  readonly model: string
  readonly version: string
  readonly binning: Binning
  readonly binningDigest: string
  readonly rows: number
  readonly profile: Uint8Array
  readonly profileDigest: string
}

/** The binning of the newest reference of the model; null: it has none. */
export async function binningInForce(db: Db, model: string): Promise<Binning | null> {
  const { rows } = await db.query<{ binning: unknown }>(
    `select binnings.binning
     from model_references
     join profiles on profiles.digest = model_references.profile
     join binnings on binnings.digest = profiles.binning
     where model_references.model = $1
     order by model_references.id desc limit 1`,
    [model],
  )
  return rows[0] === undefined ? null : binningSchema.parse(rows[0].binning)
}

/** Binning, profile and reference in one statement. Repeated, it changes nothing. */
export async function insertAdoptedReference(db: Db, reference: AdoptedReference): Promise<void> {
  await db.query(
    `with binning as (
       insert into binnings (digest, model, binning) values ($1, $2, $3) on conflict do nothing
     ), profile as (
       insert into profiles (digest, binning, rows, bytes) values ($4, $1, $5, $6)
       on conflict do nothing
     )
     insert into model_references (model, name, model_version, profile)
     values ($2, $7, $8, $4) on conflict do nothing`,
    [
      reference.binningDigest,
      reference.model,
      JSON.stringify(reference.binning),
      reference.profileDigest,
      reference.rows,
      Buffer.from(reference.profile),
      trainingReference,
      reference.version,
    ],
  )
}
