import { currentSettings } from '../adapters/postgres/config-versions.ts'
import type { Db } from '../adapters/postgres/pool.ts'
import type { ModelSettings, Settings } from '../contracts/config.ts'
import { DriftgateError } from '../contracts/errors.ts'

/** The models of the configuration in force. Throws CONFIG_NOT_APPLIED. */
export async function appliedModels(db: Db): Promise<Record<string, ModelSettings>> {
  const { settings } = await currentSettings(db)
  return settings.models
}

/** Throws MODEL_UNKNOWN, CONFIG_NOT_APPLIED. */
export async function appliedModel(db: Db, model: string): Promise<ModelSettings> {
  const models = await appliedModels(db)
  const found = Object.hasOwn(models, model) ? models[model] : undefined
  if (!found) throw new DriftgateError('MODEL_UNKNOWN', { model })
  return found
}

/** The settings of the configuration in force; null before the first. */
export const settingsInForce = async (db: Db): Promise<Settings | null> =>
  (await inForce(db))?.settings ?? null

/** The version in force; null before the first. */
export async function inForce(db: Db): Promise<{ id: number; settings: Settings } | null> {
  try {
    return await currentSettings(db)
  } catch (error) {
    if (error instanceof DriftgateError && error.code === 'CONFIG_NOT_APPLIED') return null
    throw error
  }
}
