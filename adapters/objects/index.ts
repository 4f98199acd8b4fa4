import type { Secret } from '../../contracts/config.ts'
import type { StoreSettings } from '../../contracts/registry-settings.ts'
import { folderStore } from './folder.ts'
import type { ObjectStore } from './object-store.ts'
import { s3Store } from './s3.ts'

type SecretOf = (secret: Secret, name: string) => string
type Settings<Kind extends StoreSettings['kind']> = Extract<StoreSettings, { kind: Kind }>

/** Every kind of object store, one line each. */
export const objectStores: {
  readonly [Kind in StoreSettings['kind']]: (at: Settings<Kind>, secretOf: SecretOf) => ObjectStore
} = {
  folder: ({ folder }) => folderStore(folder),
  s3: (at, secretOf) =>
    s3Store(at, {
      keys: () => ({
        accessKey: at.accessKey,
        secretKey: secretOf(at.secretKey, 'registry.store.secretKey'),
      }),
    }),
}

/** Opens the store that the configuration names. Nothing is asked before the first call. */
export function openStore(settings: StoreSettings, secretOf: SecretOf): ObjectStore {
  const open = objectStores[settings.kind] as (at: StoreSettings, secretOf: SecretOf) => ObjectStore
  return open(settings, secretOf)
}
