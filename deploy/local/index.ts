import { join } from 'node:path'
import { type ServerAddresses, serverAddresses } from '../../contracts/servers.ts'
import { identity } from './identity.ts'
import { kafka } from './kafka.ts'
import { mlflow } from './mlflow.ts'
import { postgres } from './postgres.ts'
import { endProcess, isAlive } from './process-identity.ts'
import type { LocalServer, PlanItem, Progress, ServerName } from './server.ts'
import { spark } from './spark.ts'
import { changeState, readState, type StartedProgram } from './state.ts'
import { synapse } from './synapse.ts'
import { temporal } from './temporal.ts'

export { cacheFolder } from './cache.ts'
export { portsOf } from './ports.ts'
export { type ProgramSpec, startProgram } from './program.ts'
export { type PlanItem, type Progress, type ServerName, serverNames } from './server.ts'
export type { StartedProgram } from './state.ts'

/** One server a line; all are started side by side. */
export const localServers: readonly LocalServer[] = [
  postgres,
  kafka,
  temporal,
  spark,
  mlflow,
  identity,
  synapse,
]

/** What a first start downloads or builds, and what is here already. */
export function plan(only?: readonly ServerName[], also?: readonly ServerName[]): PlanItem[] {
  const items = chosen(only, also).flatMap((server) => server.plan())
  return items.filter(({ what }, index) => items.findIndex((item) => item.what === what) === index)
}

export interface UpInput {
  /** The local project's folder, for example `.driftgate`. */
  readonly folder: string
  /** Only these servers; all but the optional ones by default. */
  readonly only?: readonly ServerName[]
  /** Optional ones besides. */
  readonly also?: readonly ServerName[]
  /** Addresses of servers that run already: nothing is started for these. */
  readonly given?: Partial<ServerAddresses>
  readonly onProgress?: (progress: Progress) => void
}

/** Brings the servers up side by side; the first that fails is thrown once all have settled. */
export async function up(input: UpInput): Promise<Partial<ServerAddresses>> {
  const settled = await Promise.allSettled(
    chosen(input.only, input.also).map((server) => startOne(server, input)),
  )
  const failed = settled.find((result) => result.status === 'rejected')
  if (failed !== undefined) throw failed.reason
  const parts = settled.map((result) => (result.status === 'fulfilled' ? result.value : {}))
  return Object.assign({}, input.given, ...parts)
}

/** Like `up` for all servers: the addresses are complete. */
export async function upAll(input: Omit<UpInput, 'only'>): Promise<ServerAddresses> {
  return serverAddresses.parse(await up(input))
}

async function startOne(server: LocalServer, input: UpInput): Promise<Partial<ServerAddresses>> {
  const began = performance.now()
  const say = (stage: Progress['stage'], more: Partial<Progress> = {}) =>
    input.onProgress?.({
      server: server.name,
      stage,
      version: server.version,
      elapsed: (performance.now() - began) / 1000,
      ...more,
    })
  if (input.given?.[addressOf[server.name]] != null) {
    say('given', { address: String(input.given[addressOf[server.name]]) })
    return {}
  }
  say('resolving')
  const addresses = await server.start({ folder: input.folder, say })
  say('healthy', {
    address: String(addresses[addressOf[server.name]]),
    log: join(
      input.folder,
      'logs',
      `${server.name === 'spark' ? 'spark-master' : server.name}.log`,
    ),
  })
  return addresses
}

const addressOf = {
  postgres: 'postgres',
  kafka: 'kafka',
  temporal: 'temporal',
  spark: 'sparkRest',
  mlflow: 'mlflow',
  identity: 'issuer',
  synapse: 'synapse',
} as const satisfies Record<ServerName, keyof ServerAddresses>

const chosen = (only?: readonly ServerName[], also: readonly ServerName[] = []) =>
  localServers.filter(
    ({ name, optional }) =>
      also.includes(name) || (only === undefined ? !optional : only.includes(name)),
  )

export interface ProgramStatus extends StartedProgram {
  readonly running: boolean
}

/** Every program the project has started, and whether exactly that one still runs. */
export function status(folder: string): ProgramStatus[] {
  return Object.values(readState(folder).programs).map((program) => ({
    ...program,
    running: isAlive(program),
  }))
}

/**
 * Ends programs of the project, the last started first, and nothing else: each is known by process id and
 * start time. Returns the names of those that ran.
 */
export async function down(folder: string, only?: readonly string[]): Promise<string[]> {
  const running = status(folder)
    .filter(({ name, running }) => running && (only === undefined || only.includes(name)))
    .sort((left, right) => (left.since < right.since ? 1 : -1))
  const house = running.filter(({ name }) => !stopLast.has(name))
  for (const program of house) await end(folder, program)
  await Promise.all(
    running.filter((program) => !house.includes(program)).map((program) => end(folder, program)),
  )
  return running.map(({ name }) => name)
}

/** Others speak to these until their own end. */
const stopLast = new Set([
  'postgres',
  'kafka',
  'temporal',
  'spark-master',
  'spark-worker',
  'mlflow',
  'identity',
  'synapse',
])

async function end(folder: string, program: StartedProgram): Promise<void> {
  await endProcess(program, 15_000, program.stopSignal)
  changeState(folder, (state) => {
    delete state.programs[program.name]
  })
}
