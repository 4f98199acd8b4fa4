import { DriftgateError } from '../../contracts/errors.ts'

/**
 * Where files of some megabytes are kept, by key. An entry is one file next to this one and one line in `index.ts`.
 *
 * What every entry promises:
 * - A reader sees an object whole or not at all.
 * - `create` writes only where nothing is: of many at once exactly one is told `created`. Where its answer was lost and
 *   it is asked again, `exists` may be our own object: whoever cares reads it.
 * - Whether the store really keeps that promise is tried out by `creatingOnce`, since some S3 servers ignore the header.
 * Errors of all methods: OBJECTS_UNREACHABLE (retryable) and OBJECTS_REJECTED.
 */
export interface ObjectStore {
  /** As in `registry.store.kind` of the configuration. */
  readonly kind: string
  /** For people: the folder, or the address and the bucket. */
  readonly place: string
  /** Null: there is no such object. */
  read(key: string): Promise<Uint8Array | null>
  create(key: string, bytes: Uint8Array): Promise<'created' | 'exists'>
}

/** Segments of letters, digits and `._%-`, parted by `/`; none is `.` or `..`. Throws OBJECTS_REJECTED. */
export function checkedKey(key: string): string {
  const segments = key.split('/')
  if (segments.every((one) => /^[\w.%-]+$/.test(one) && one !== '.' && one !== '..')) return key
  throw new DriftgateError('OBJECTS_REJECTED', {
    action: `the key "${key}"`,
    reason: 'it is no path of letters, digits, dots, dashes and underscores',
  })
}

/**
 * The store, once it has shown that it does not create what is there already. It keeps one small object for that.
 * @throws OBJECTS_CREATE_TWICE where a second creator is told that it was the first.
 */
export async function creatingOnce(store: ObjectStore): Promise<ObjectStore> {
  const bytes = new TextEncoder().encode('whether an object is created only once\n')
  await store.create('create-once', bytes)
  if ((await store.create('create-once', bytes)) === 'exists') return store
  throw new DriftgateError('OBJECTS_CREATE_TWICE', { place: store.place })
}
