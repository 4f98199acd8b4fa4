import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ServerAddresses } from '../../contracts/servers.ts'
import { freePort } from '../../deploy/local/free-port.ts'
import { down, type Progress, status, up } from '../../deploy/local/index.ts'
import { type SynapseSecrets, synapseSecrets } from '../../deploy/local/synapse/secrets.ts'
import { localChannel, startSynapse } from '../../deploy/local/synapse.ts'

/** Programs that can be killed, and the server that each is of. */
const serverOf = {
  kafka: 'kafka',
  postgres: 'postgres',
  temporal: 'temporal',
  synapse: 'synapse',
  'spark-master': 'spark',
  'spark-worker': 'spark',
  mlflow: 'mlflow',
} as const
export type ServerName = keyof typeof serverOf

export interface ChaosServers {
  /** Empty where none was asked for. */
  readonly kafka: string
  readonly postgres: string
  readonly temporal: string
  readonly mlflow: string
  /** Null where none was asked for. */
  readonly spark: SparkPlace | null
  /** A Matrix server with one bot; null where none was asked for. */
  readonly matrix: MatrixPlace | null
  /** `kill -9`; resolves when the process is gone. */
  kill(name: ServerName): Promise<void>
  /** Starts it again where it was, and waits until it answers. */
  start(name: ServerName): Promise<void>
  close(): Promise<void>
}

const quickJava = '-XX:TieredStopAtLevel=1'

export interface SparkPlace {
  /** Its submission server and the page of its master. */
  readonly rest: string
  readonly web: string
  readonly secretFile: string
  readonly python: string
  readonly jars: readonly string[]
  /** Where its worker keeps what each driver printed. */
  readonly work: string
}

export interface MatrixPlace {
  readonly url: string
  readonly secrets: SynapseSecrets
  /** Where what is said in the bot's rooms is sent, to `/chat/matrix/<localChannel>`. */
  readonly pushPort: number
}

/** Real servers of the run's own, to be killed. */
export async function chaosServers(
  names: readonly ServerName[],
  onProgress: (progress: Progress) => void = () => {},
): Promise<ChaosServers> {
  const folder = mkdtempSync(join(tmpdir(), 'driftgate-chaos-'))
  // PostgreSQL runs as another user where the run's own is root.
  chmodSync(folder, 0o755)
  const close = async () => {
    await down(folder)
    rmSync(folder, { recursive: true, force: true })
  }
  const running = (name: ServerName) =>
    status(folder).find((program) => program.name === name && program.running)
  try {
    const asked = new Set(names.map((name) => serverOf[name]))
    // A job is over before the second compiler would pay, and takes the cores of everything else meanwhile.
    if (asked.has('spark')) process.env['JAVA_TOOL_OPTIONS'] ??= quickJava
    asked.delete('synapse')
    const startMatrix = names.includes('synapse') ? await matrixIn(folder) : null
    const [addresses, matrix = null] = await Promise.all([
      up({ folder, only: [...asked], onProgress }),
      startMatrix?.(),
    ])
    const { kafka = '', postgres = '', temporal = '', mlflow = '' } = addresses
    const spark = asked.has('spark') ? sparkIn(folder, addresses) : null
    return {
      ...{ kafka, postgres, temporal, mlflow, spark, matrix },
      async kill(name) {
        const { pid } = running(name) ?? {}
        if (pid === undefined) throw new Error(`${name} does not run`)
        // Its HTTP server is a child of it, which would live on and hold the port.
        process.kill(name === 'mlflow' ? -pid : pid, 'SIGKILL')
        while (running(name)) await sleep(20)
      },
      async start(name) {
        if (name === 'synapse') await startMatrix?.()
        else await up({ folder, only: [serverOf[name]] })
      },
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

function sparkIn(folder: string, addresses: Partial<ServerAddresses>): SparkPlace {
  const { sparkRest: rest = '', sparkMasterWeb: web = '', sparkSecretFile = '' } = addresses
  const { python = '', sparkJars: jars = [] } = addresses
  const work = join(folder, 'spark/work')
  return { rest, web, secretFile: sparkSecretFile, python, jars, work }
}

/** Where it stands, it stands again after its death: the same ports, the same bot. */
async function matrixIn(folder: string): Promise<() => Promise<MatrixPlace>> {
  const [port, pushPort] = [await freePort(), await freePort()]
  const pushTo = `http://127.0.0.1:${pushPort}/chat/matrix/${localChannel}`
  return async () => {
    const bots = [{ name: 'driftgate', pushTo }]
    const url = await startSynapse({ folder, port, bots, say: () => {} })
    return { url, secrets: synapseSecrets(folder), pushPort }
  }
}
