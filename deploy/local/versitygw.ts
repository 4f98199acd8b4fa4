import { join } from 'node:path'
import { cached } from './cache.ts'
import { onPath, runCommand } from './command.ts'
import { go } from './prerequisites.ts'
import { versions } from './versions.ts'

/**
 * The S3 server over a folder that tests of the object store run against: the one on PATH, else built with Go into
 * the cache (minutes, once). Throws PREREQUISITE_MISSING where neither can be had.
 */
export async function versitygw(onWait?: () => void): Promise<string> {
  const found = onPath('versitygw')
  if (found !== null) return found
  const folder = await cached(
    `versitygw/${versions.versitygw}`,
    async (work) => {
      const env = { ...process.env, GOBIN: work, GOTOOLCHAIN: 'auto', CGO_ENABLED: '0' }
      const module = `github.com/versity/versitygw/cmd/versitygw@v${versions.versitygw}`
      const program = go('an S3 server (versitygw)', 'versitygw')
      await runCommand(program, ['install', module], { env, log: join(work, 'build.log') })
    },
    onWait === undefined ? {} : { onWait },
  )
  return join(folder, 'versitygw')
}
