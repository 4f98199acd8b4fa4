import { randomBytes } from 'node:crypto'
import { link, mkdir, open, readFile, rm } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { DriftgateError } from '../../contracts/errors.ts'
import { checkedKey, type ObjectStore } from './object-store.ts'

/**
 * Objects as files of a folder, which may be shared by machines. An object is written beside its place and linked into
 * it: a link is made only where nothing is, on network file systems too.
 */
export function folderStore(folder: string): ObjectStore {
  const place = resolve(folder)
  const fileOf = (key: string) => join(place, checkedKey(key))
  return {
    kind: 'folder',
    place,
    async read(key) {
      const file = fileOf(key)
      try {
        return new Uint8Array(await readFile(file))
      } catch (cause) {
        if (codeOf(cause) === 'ENOENT') return null
        throw rejected(`reading ${key}`, cause)
      }
    },
    async create(key, bytes) {
      const file = fileOf(key)
      const beside = `${file}.${randomBytes(6).toString('hex')}.part`
      try {
        await mkdir(dirname(file), { recursive: true })
        try {
          await writeThrough(beside, bytes)
          await link(beside, file)
        } finally {
          await rm(beside, { force: true })
        }
        return 'created'
      } catch (cause) {
        if (codeOf(cause) === 'EEXIST') return 'exists'
        throw rejected(`creating ${key}`, cause)
      }
    },
  }
}

/** On the disk, not only in its cache, before anybody can see it. */
async function writeThrough(file: string, bytes: Uint8Array): Promise<void> {
  const handle = await open(file, 'wx')
  try {
    await handle.writeFile(bytes)
    await handle.sync()
  } finally {
    await handle.close()
  }
}

const codeOf = (error: unknown) => (error as NodeJS.ErrnoException).code

function rejected(action: string, cause: unknown): DriftgateError {
  const reason = cause instanceof Error ? cause.message : String(cause)
  return new DriftgateError('OBJECTS_REJECTED', { action, reason }, { cause })
}
