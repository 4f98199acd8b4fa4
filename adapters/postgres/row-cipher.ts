import { dataSettings } from '../../contracts/data-settings.ts'
import { DriftgateError } from '../../contracts/errors.ts'
import type { Secret } from '../../contracts/secret.ts'
import { seal, unseal, vectorOf } from '../encryption/aes-gcm.ts'
import { keyBytes } from '../encryption/key-bytes.ts'
import { type Db, secretReaderOf } from './pool.ts'

/** Where contents of single rows are. A column that gets one belongs here, and into docs/how-to/where-data-stays.md. */
export const sealedColumns = [
  ...(['parts.sample', 'merged_parts.sample', 'model_references.sample'] as const),
  ...(['proposed_references.sample', 'guard_rows.sample', 'guard_fits.fit'] as const),
  ...(['dead_letters.reason', 'dead_letters.bytes', 'halves.values'] as const),
  'estimator_rows.values',
] as const
export type SealedColumn = (typeof sealedColumns)[number]

/** What a model lets its database hold of single rows, by the configuration in force. */
export interface RowRules {
  readonly model: string
  /** Nothing at all. */
  readonly never: boolean
  readonly cipher: RowCipher
}

/** Whose rows: of a model, or of the model of a reading. */
export type RowOwner = { readonly model: string } | { readonly reading: string }

/** By the last configuration that has the model, so that what is left of one that was taken out can still be read. */
export async function rowRules(db: Db, owner: RowOwner): Promise<RowRules> {
  const { rows } = await db.query<{ model: string | null; data: unknown }>(
    `with named as (select coalesce($1::text, (select model from readings where id = $2)) as model)
     select n.model, c.data from named n left join lateral (
       select g.settings #> array['models', n.model, 'data'] as data from config_versions g
       where g.settings -> 'models' ? n.model order by g.id desc limit 1) c on true`,
    ['model' in owner ? owner.model : null, 'reading' in owner ? owner.reading : null],
  )
  const { model, data } = { model: rows[0]?.model ?? '', data: rows[0]?.data }
  const { rows: kept, encryption } = dataSettings.parse(data ?? {})
  const keys = (encryption?.keys ?? []).map(({ id, key }, place) => ({
    id,
    read: () => {
      const name = `models.${model}.data.encryption.keys[${place}].key`
      return keyBytes(secretIn(db, key, name), name)
    },
  }))
  return { model, never: kept === 'never', cipher: new RowCipher(model, keys) }
}

function secretIn(db: Db, secret: Secret, name: string): string {
  const secretOf = secretReaderOf(db)
  if (secretOf !== undefined) return secretOf(secret, name)
  throw new DriftgateError('INTERNAL', { reason: `this process was not told how to read ${name}` })
}

/** A key of a model, read when it is first needed: others may not be there any more. */
export interface RowKey {
  readonly id: string
  /** 32 bytes. Errors: CONFIG_SECRET_MISSING, CONFIG_SECRET_INVALID. */
  readonly read: () => Uint8Array
}

/**
 * Encrypts contents of single rows with AES-256-GCM: the first key of the model encrypts, all of them decrypt. Model, table,
 * column and key id are bound to each, so that none can be put elsewhere. Without keys, and with what has no key id beside
 * it, bytes pass as they are.
 *
 * Errors: ROW_KEY_UNKNOWN (retryable), ROW_UNREADABLE (retryable), both naming model and key.
 */
export class RowCipher {
  readonly #model: string
  readonly #keys: readonly RowKey[]
  readonly #read = new Map<string, Uint8Array>()
  readonly #bound = new Map<string, Buffer>()
  readonly #same = new Map<string, string>()

  constructor(model: string, keys: readonly RowKey[]) {
    this.#model = model
    this.#keys = keys
  }

  /** What stands beside what is sealed now; null: it is stored as it is. */
  get keyId(): string | null {
    return this.#keys[0]?.id ?? null
  }

  seal(column: SealedColumn, plain: Uint8Array): Uint8Array {
    const id = this.keyId
    return id === null ? plain : seal(this.#key(id), plain, this.#boundTo(column, id))
  }

  sealText(column: SealedColumn, plain: string): string {
    return this.keyId === null ? plain : base64(this.seal(column, Buffer.from(plain)))
  }

  /** Equal texts become equal ones, for what is grouped by it: whoever reads it learns that they are equal, and nothing else. */
  sealSame(column: SealedColumn, plain: string): string {
    const id = this.keyId
    if (id === null) return plain
    const known = this.#same.get(`${column} ${plain}`)
    if (known !== undefined) return known
    const [key, bytes, bound] = [this.#key(id), Buffer.from(plain), this.#boundTo(column, id)]
    const sealed = base64(seal(key, bytes, bound, vectorOf(key, bytes, bound)))
    this.#same.set(`${column} ${plain}`, sealed)
    return sealed
  }

  open(column: SealedColumn, stored: Uint8Array, keyId: string | null): Uint8Array {
    if (keyId === null) return stored
    const key = this.#key(keyId)
    try {
      return unseal(key, stored, this.#boundTo(column, keyId))
    } catch (cause) {
      throw new DriftgateError(
        'ROW_UNREADABLE',
        { model: this.#model, id: keyId, column },
        { cause },
      )
    }
  }

  openText(column: SealedColumn, stored: string, keyId: string | null): string {
    if (keyId === null) return stored
    return Buffer.from(this.open(column, Buffer.from(stored, 'base64'), keyId)).toString()
  }

  #key(id: string): Uint8Array {
    const known = this.#read.get(id)
    if (known !== undefined) return known
    const details = { model: this.#model, id }
    const found = this.#keys.find((each) => each.id === id)
    if (found === undefined) {
      throw new DriftgateError('ROW_KEY_UNKNOWN', { ...details, reason: 'it is not configured' })
    }
    try {
      const bytes = found.read()
      this.#read.set(id, bytes)
      return bytes
    } catch (cause) {
      if (!(cause instanceof DriftgateError) || cause.code === 'INTERNAL') throw cause
      const reason = cause.message
      throw new DriftgateError('ROW_KEY_UNKNOWN', { ...details, reason }, { cause })
    }
  }

  #boundTo(column: SealedColumn, keyId: string): Buffer {
    const name = `${keyId} ${column}`
    const known = this.#bound.get(name)
    if (known !== undefined) return known
    const bound = Buffer.from(JSON.stringify(['driftgate row', keyId, this.#model, column]))
    this.#bound.set(name, bound)
    return bound
  }
}

/** A sample of a model as it is stored, and the key that it was encrypted with; null where the model lets none be kept. */
export async function keptSample(
  db: Db,
  model: string,
  column: SealedColumn,
  sample: Uint8Array | null,
): Promise<{ sample: Buffer | null; keyId: string | null }> {
  if (sample === null) return { sample: null, keyId: null }
  const { never, cipher } = await rowRules(db, { model })
  if (never) return { sample: null, keyId: null }
  return { sample: Buffer.from(cipher.seal(column, sample)), keyId: cipher.keyId }
}

const base64 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')

/** Opens rows of one owner; the rules are asked for only where one of them is sealed. */
export async function openedRows<Row extends { readonly key_id: string | null }, Opened>(
  db: Db,
  owner: RowOwner,
  rows: readonly Row[],
  open: (row: Row, cipher: RowCipher) => Opened,
): Promise<Opened[]> {
  const sealed = rows.some(({ key_id: id }) => id !== null)
  const cipher = sealed ? (await rowRules(db, owner)).cipher : plainCipher
  return rows.map((row) => open(row, cipher))
}

const plainCipher = new RowCipher('', [])
