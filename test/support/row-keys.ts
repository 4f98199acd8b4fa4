import { randomBytes } from 'node:crypto'
import type pg from 'pg'
import { readSecretsBy } from '../../adapters/postgres/pool.ts'
import { DriftgateError } from '../../contracts/errors.ts'

/** Bits of keys by the environment variable that they would be in. */
const bits = new Map<string, string>()

/** Settings of a key with an id, made when it is first asked for. */
export function rowKey(id: string): { id: string; key: { env: string } } {
  if (!bits.has(id)) bits.set(id, randomBytes(32).toString('base64'))
  return { id, key: { env: id } }
}

/** A key whose bits are nowhere, or others from now on. */
export const loseKey = (id: string): void => void bits.delete(id)
export const changeKey = (id: string): void => void bits.set(id, randomBytes(32).toString('base64'))

/** What is applied says this of the data of models; the pool reads their keys. */
export async function applyData(
  pool: pg.Pool,
  data: Readonly<Record<string, unknown>>,
): Promise<void> {
  readSecretsBy(pool, (secret, name) => {
    const found = 'env' in secret ? bits.get(secret.env) : undefined
    if (found !== undefined) return found
    throw new DriftgateError('CONFIG_SECRET_MISSING', { name, source: 'the test' })
  })
  const models = Object.fromEntries(
    Object.entries(data).map(([name, own]) => [name, { data: own }]),
  )
  await pool.query('update config_versions set settings = $1', [JSON.stringify({ models })])
}
