import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { withLock } from './lock.ts'

/** Where downloads and builds are kept, outside any checkout. */
export function cacheFolder(environment: NodeJS.ProcessEnv = process.env): string {
  const base = environment['XDG_CACHE_HOME'] || join(homedir(), '.cache')
  return environment['DRIFTGATE_CACHE'] || join(base, 'driftgate')
}

export const cachePath = (name: string): string => join(cacheFolder(), name)

/** Whether the entry is there as a whole. */
export const isCached = (name: string): boolean => existsSync(join(cachePath(name), completeMark))

/**
 * The cache entry of that name, made by `build` when it is missing. `build` works in a neighbour of the final
 * place that is kept when it is interrupted, so that it can go on; the whole is renamed at the end. An entry is
 * complete or absent; of two builders at once one waits. With `inPlace` (a Python environment holds its own
 * path) the work happens in the final place and only the mark written last makes it an entry.
 */
export async function cached(
  name: string,
  build: (folder: string) => Promise<void>,
  options: { inPlace?: boolean; onWait?: () => void } = {},
): Promise<string> {
  const folder = cachePath(name)
  if (isCached(name)) return folder
  return withLock(
    folder,
    async () => {
      if (isCached(name)) return folder
      const work = options.inPlace ? folder : `${folder}.part`
      mkdirSync(work, { recursive: true })
      await build(work)
      writeFileSync(join(work, completeMark), '')
      if (!options.inPlace) {
        // What stands there without the mark is no entry.
        rmSync(folder, { recursive: true, force: true })
        renameSync(work, folder)
      }
      return folder
    },
    options.onWait,
  )
}

const completeMark = '.complete'
