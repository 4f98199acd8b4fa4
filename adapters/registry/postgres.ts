import { createHash } from 'node:crypto'
import type { Pool } from 'pg'
import { DriftgateError } from '../../contracts/errors.ts'
import { allTo } from '../../contracts/traffic.ts'
import { creatingOnce, type ObjectStore } from '../objects/object-store.ts'
import { asRegistry } from '../postgres/as-registry.ts'
import { deleteRegisteredAlias, setRegisteredAlias } from '../postgres/registered-aliases.ts'
import {
  dropRegistered,
  findRegistered,
  insertRegistered,
  type RegisteredFile,
  readRegistered,
  registeredFile,
  tagRegistered,
} from '../postgres/registered-versions.ts'
import type { ModelRegistry } from './model-registry.ts'

/**
 * Versions in our own database, their files in an object store by the digest of their bytes. Files are stored first and
 * the version is one transaction after them: a version that can be found is complete, and one run key has one, however
 * many register it at once. `docs/reference/registries/postgres.md` says how a model server reads it.
 */
export function postgresRegistry(db: Pool, storesOf: StoresOf): ModelRegistry {
  const tried = new WeakMap<ObjectStore, Promise<ObjectStore>>()
  // Tried out before the first file; a failure is no answer for ever.
  const storeThatCreatesOnce = async (name: string) => {
    const [store] = await storesOf(name)
    const trying =
      tried.get(store) ??
      creatingOnce(store).catch((error: unknown) => {
        tried.delete(store)
        throw error
      })
    tried.set(store, trying)
    return trying
  }

  return {
    kind: 'postgres',
    find: (name, runKey) => asRegistry(() => findRegistered(db, name, runKey)),
    register: ({ name, runKey, files, metrics, tags, onStored }) =>
      steps(`registering a version of ${name} for run key ${runKey}`, async () => {
        const known = await findRegistered(db, name, runKey)
        if (known !== null) return { version: known }
        const store = await storeThatCreatesOnce(name)
        const kept: RegisteredFile[] = []
        for (const [file, bytes] of files) {
          const sha256 = digestOf(bytes)
          await keep(store, name, sha256, bytes)
          kept.push({ file, sha256, bytes: bytes.length })
        }
        await onStored?.()
        const version = await insertRegistered(db, { name, runKey, metrics, tags, files: kept })
        return { version }
      }),
    version: (name, version) => asRegistry(() => readRegistered(db, name, version)),
    setTag: (name, version, key, value) =>
      steps(`tagging version ${version} of ${name}`, async () => {
        if (!(await tagRegistered(db, name, version, key, value)))
          throw new Refusal('it is not there')
      }),
    setAlias: (name, alias, version) =>
      steps(`setting alias ${alias} of ${name} to version ${version}`, async () => {
        const traffic = allTo(version)
        const moved = await setRegisteredAlias(db, { name, alias, traffic }, () => true)
        if ('missing' in moved) throw new Refusal('there is no such version')
      }),
    dropAlias: (name, alias, version) =>
      asRegistry(() => deleteRegisteredAlias(db, { name, alias, version })),
    drop: (name, version) =>
      steps(`taking version ${version} out of ${name}`, async () => {
        const alias = await dropRegistered(db, name, version)
        if (alias !== null) throw new Refusal(`the alias ${alias} names it`)
      }),
    download: (name, version, file) =>
      steps(`reading ${file} of version ${version} of ${name}`, async () => {
        const row = await registeredFile(db, name, version, file)
        if (row === null) throw new Refusal('it is not there')
        const bytes = await firstOf(await storesOf(name), keyOf(name, row.sha256))
        if (digestOf(bytes) !== row.sha256) throw new Refusal('its bytes have another digest')
        return bytes
      }),
  }
}

/** Where files of a model are: the first takes them, and those of before it was configured are in the others. */
export type StoresOf = (name: string) => Promise<readonly [ObjectStore, ...ObjectStore[]]>

async function firstOf(stores: readonly ObjectStore[], key: string): Promise<Uint8Array> {
  for (const store of stores) {
    const bytes = await store.read(key)
    if (bytes !== null) return bytes
  }
  const places = stores.map(({ place }) => place)
  throw new Refusal(`${places.join(' and ')} ${places.length === 1 ? 'has' : 'have'} lost it`)
}

/** Stores bytes once. What is there under their digest has to be them. */
async function keep(store: ObjectStore, name: string, digest: string, bytes: Uint8Array) {
  const key = keyOf(name, digest)
  if ((await store.create(key, bytes)) === 'created') return
  const found = await store.read(key)
  if (found === null || digestOf(found) !== digest) {
    throw new Refusal(`${store.place} has other bytes under ${key}`)
  }
}

const keyOf = (name: string, digest: string): string =>
  `models/${Buffer.from(name).toString('base64url')}/${digest}`

const digestOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

class Refusal extends Error {}

/** The errors of the port: what the store says is said as of a registry. */
const steps = <T>(action: string, work: () => Promise<T>): Promise<T> =>
  asRegistry(async () => {
    try {
      return await work()
    } catch (cause) {
      if (cause instanceof Refusal) {
        throw new DriftgateError('REGISTRY_REJECTED', { action, reason: cause.message })
      }
      if (!(cause instanceof DriftgateError) || !cause.code.startsWith('OBJECTS_')) throw cause
      if (cause.entry.retryable) {
        const address = String(cause.details['place'])
        throw new DriftgateError('REGISTRY_UNREACHABLE', { address }, { cause })
      }
      throw new DriftgateError('REGISTRY_REJECTED', { action, reason: cause.message }, { cause })
    }
  })
