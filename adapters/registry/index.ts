import type { Pool } from 'pg'
import type { Secret } from '../../contracts/config.ts'
import type { RegistrySettings, StoreSettings } from '../../contracts/registry-settings.ts'
import { openStore } from '../objects/index.ts'
import type { ObjectStore } from '../objects/object-store.ts'
import { mlflowRegistry } from './mlflow.ts'
import type { ModelRegistry } from './model-registry.ts'
import { postgresRegistry } from './postgres.ts'

/** What an entry may need besides its settings. */
export interface RegistryOptions {
  /** Our own database: a pool from which no caller holds a session while it asks the registry. */
  readonly db: Pool
  readonly secretOf: (secret: Secret, name: string) => string
  /** Where the files of a registered model are kept, by the configuration in force; absent or null: with all others. */
  readonly ownStore?: (registered: string) => Promise<OwnStore | null>
}

/** A store, and the setting that names it. */
export interface OwnStore {
  readonly setting: string
  readonly store: StoreSettings
}

type Settings<Kind extends RegistrySettings['kind']> = Extract<RegistrySettings, { kind: Kind }>

/** Every kind of model registry, one line each. */
export const registries: {
  readonly [Kind in RegistrySettings['kind']]: (
    settings: Settings<Kind>,
    options: RegistryOptions,
  ) => ModelRegistry
} = {
  mlflow: ({ url }) => mlflowRegistry(url),
  postgres: ({ store }, { db, secretOf, ownStore }) => {
    const common = openStore(store, secretOf)
    const opened = new Map<string, ObjectStore>()
    return postgresRegistry(db, async (name) => {
      const own = await ownStore?.(name)
      if (own == null) return [common]
      const key = JSON.stringify(own)
      const known = opened.get(key) ?? openStore(own.store, secretOf, own.setting)
      opened.set(key, known)
      return [known, common]
    })
  },
}

/** Opens the registry that the configuration names. No connection is made before the first call. */
export function openRegistry(settings: RegistrySettings, options: RegistryOptions): ModelRegistry {
  const open = registries[settings.kind] as (
    settings: RegistrySettings,
    options: RegistryOptions,
  ) => ModelRegistry
  return open(settings, options)
}
