import { chmodSync, existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { searchAttributes } from '../../contracts/messages.ts'
import { cached, cachePath, isCached } from './cache.ts'
import { onPath, runCommand } from './command.ts'
import { portsOf } from './ports.ts'
import { go } from './prerequisites.ts'
import { startProgram } from './program.ts'
import type { LocalServer, ServerContext } from './server.ts'
import { versions } from './versions.ts'

const entry = `temporal/${versions.temporalCli}`

/** Temporal's development server: one process, history in SQLite, so that it survives a kill. */
export const temporal: LocalServer = {
  name: 'temporal',
  version: versions.temporalCli,
  plan: () =>
    onPath('temporal') !== null
      ? []
      : [
          {
            what: 'Temporal CLI with its development server',
            version: versions.temporalCli,
            megabytes: 400,
            from: 'the vendor, else built with Go (2 to 6 minutes)',
            kept: cachePath(entry),
            here: isCached(entry),
          },
        ],
  async start(context) {
    const { folder, say } = context
    const program = onPath('temporal') ?? (await fetchOrBuild(context))
    const ports = await portsOf(folder, ['temporal', 'temporalUi'])
    mkdirSync(join(folder, 'temporal'), { recursive: true })
    say('starting')
    const address = `127.0.0.1:${ports.temporal}`
    await startProgram(folder, {
      name: 'temporal',
      command: program,
      args: temporalArguments({
        ip: '127.0.0.1',
        port: ports.temporal,
        uiPort: ports.temporalUi,
        database: join(folder, 'temporal/history.db'),
      }),
      healthy: async () => {
        const answer = await runCommand(program, [
          ...['operator', 'cluster', 'health', '--address', address],
        ]).catch(() => '')
        return answer.includes('SERVING')
      },
    })
    return {
      temporal: address,
      temporalCli: program,
      temporalUi: `http://127.0.0.1:${ports.temporalUi}`,
    }
  },
}

export interface TemporalPlace {
  /** Where it listens. */
  readonly ip: string
  readonly port: number
  readonly uiPort: number
  /** Path of the SQLite file. */
  readonly database: string
}

/** How the development server is called; the compose file calls it the same way. */
export const temporalArguments = (place: TemporalPlace): string[] => [
  ...['server', 'start-dev', '--ip', place.ip, '--log-level', 'error'],
  ...['--port', `${place.port}`, '--ui-port', `${place.uiPort}`],
  ...['--db-filename', place.database],
  // The default journal waits for the disk at every step.
  ...['--sqlite-pragma', 'journal_mode=WAL', '--sqlite-pragma', 'synchronous=NORMAL'],
  ...Object.entries(searchAttributes).flatMap(([name, type]) => [
    '--search-attribute',
    `${name}=${type}`,
  ]),
]

async function fetchOrBuild({ say }: ServerContext): Promise<string> {
  const folder = await cached(
    entry,
    async (work) => {
      say('fetching', { detail: 'from the vendor' })
      if (await download(work)) return
      say('fetching', { detail: 'building with Go, 2 to 6 minutes' })
      await runCommand(
        go('a Temporal CLI with start-dev', 'temporal'),
        ['install', `github.com/temporalio/cli/cmd/temporal@v${versions.temporalCli}`],
        { env: { ...process.env, GOBIN: work, GOTOOLCHAIN: 'auto' }, log: join(work, 'build.log') },
      )
    },
    { onWait: () => say('waiting', { detail: 'another run builds it' }) },
  )
  return join(folder, 'temporal')
}

/** The vendor's archive of exactly this version; false where it cannot be had. */
async function download(work: string): Promise<boolean> {
  const architecture = process.arch === 'x64' ? 'amd64' : process.arch
  const url = `https://temporal.download/cli/archive/v${versions.temporalCli}?platform=${process.platform}&arch=${architecture}`
  const archive = join(work, 'temporal.tar.gz')
  const curl = onPath('curl')
  if (curl === null) return false
  try {
    // -C -: goes on where an interrupted download ended.
    await runCommand(curl, ['-fsSL', '--connect-timeout', '5', '-C', '-', '-o', archive, url])
    await runCommand('tar', ['-xzf', archive, '-C', work, 'temporal'])
    chmodSync(join(work, 'temporal'), 0o755)
    return existsSync(join(work, 'temporal'))
  } catch {
    return false
  }
}
