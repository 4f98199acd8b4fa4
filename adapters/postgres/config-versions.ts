import { type Settings, settingsSchema } from '../../contracts/config.ts'
import { DriftgateError } from '../../contracts/errors.ts'
import type { Db } from './pool.ts'

export interface ConfigVersion {
  readonly id: number
  readonly digest: string
  /** As it was written, durations and all: parsed again it gives the settings. */
  readonly text: string
}

/** The version in force, null when nothing was applied yet. */
export async function currentConfigVersion(db: Db): Promise<ConfigVersion | null> {
  const { rows } = await db.query<{ id: string; digest: string; text: string }>(
    'select id, digest, text from config_versions order by id desc limit 1',
  )
  const row = rows[0]
  return row === undefined ? null : { ...row, id: Number(row.id) }
}

/** Stores a version unless it is the one in force; `changed` tells which. */
export async function storeConfigVersion(
  db: Db,
  input: { digest: string; text: string; settings: unknown; person: string },
): Promise<{ id: number; changed: boolean }> {
  const current = await currentConfigVersion(db)
  if (current?.digest === input.digest) return { id: current.id, changed: false }
  const { rows } = await db.query<{ id: string }>(
    `insert into config_versions (digest, text, settings, applied_by)
     values ($1, $2, $3, $4) returning id`,
    [input.digest, input.text, JSON.stringify(input.settings), input.person],
  )
  return { id: Number(rows[0]?.id), changed: true }
}

/** Settings in force, as written, parsed. CONFIG_NOT_APPLIED when there are none. */
export async function currentSettings(db: Db): Promise<{ id: number; settings: Settings }> {
  const { rows } = await db.query<{ id: string; settings: unknown }>(
    'select id, settings from config_versions order by id desc limit 1',
  )
  const row = rows[0]
  if (row === undefined) throw new DriftgateError('CONFIG_NOT_APPLIED')
  return { id: Number(row.id), settings: settingsSchema.parse(row.settings) }
}

/** Settings of one version, whatever has been applied since. CONFIG_NOT_APPLIED when it is not stored. */
export async function settingsOf(db: Db, id: number): Promise<Settings> {
  const { rows } = await db.query<{ settings: unknown }>(
    'select settings from config_versions where id = $1',
    [id],
  )
  if (rows[0] === undefined) throw new DriftgateError('CONFIG_NOT_APPLIED')
  return settingsSchema.parse(rows[0].settings)
}

/** When the version in force was applied; null when nothing was yet. */
export async function currentConfigTime(db: Db): Promise<Date | null> {
  const { rows } = await db.query<{ at: Date }>(
    'select applied_at as at from config_versions order by id desc limit 1',
  )
  return rows[0]?.at ?? null
}
