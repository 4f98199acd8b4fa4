import type { Secret } from '../../contracts/config.ts'
import type { StoreSettings } from '../../contracts/registry-settings.ts'
import { folderStore } from './folder.ts'
import type { ObjectStore } from './object-store.ts'
import { s3Store } from './s3.ts'

type SecretOf = (secret: Secret, name: string) => string
type Settings<Kind extends StoreSettings['kind']> = Extract<StoreSettings, { kind: Kind }>

/** Every kind of object store, one line each. */
export const objectStores: {
  readonly [Kind in StoreSettings['kind']]: (
    at: Settings<Kind>,
    secretOf: SecretOf,
    name: string,
  ) => ObjectStore
} = {
  folder: ({ folder }) => folderStore(folder),
  s3: (at, secretOf, name) =>
    s3Store(at, {
      keys: () => ({
        accessKey: at.accessKey,
        secretKey: secretOf(at.secretKey, `${name}.secretKey`),
      }),
    }),
}

/** Opens the store that the configuration has under a name. Nothing is asked before the first call. */
export function openStore(
  settings: StoreSettings,
  secretOf: SecretOf,
  name = 'registry.store',
): ObjectStore {
  const open = objectStores[settings.kind] as (
    at: StoreSettings,
    secretOf: SecretOf,
    name: string,
  ) => ObjectStore
  return open(settings, secretOf, name)
}
