import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { httpAnswers } from './health.ts'
import { portsOf } from './ports.ts'
import { startProgram } from './program.ts'
import type { StartedProgram } from './state.ts'
import type { PortName } from './versions.ts'

/** The house's own processes, in the order of their start: the gateway makes the tables. */
export const houseNames = [
  'gateway',
  'worker-orchestration',
  'worker-scan',
  'worker-training',
  'worker-release',
] as const
export type HouseName = (typeof houseNames)[number]

/** The demo's house stands beside the project's own, with programs and ports of its own. */
export type HouseOwner = 'project' | 'demo'

export interface HouseInput {
  readonly owner: HouseOwner
  /** The local project's folder, for example `.driftgate`. */
  readonly folder: string
  /** Path of the configuration that every process is given. */
  readonly config: string
  readonly gateway: string
  readonly onStarted?: (program: StartedProgram) => void
}

const ports = {
  project: {
    'worker-orchestration': 'metricsOrchestration',
    'worker-scan': 'metricsScan',
    'worker-training': 'metricsTraining',
    'worker-release': 'metricsRelease',
  },
  demo: {
    'worker-orchestration': 'demoMetricsOrchestration',
    'worker-scan': 'demoMetricsScan',
    'worker-training': 'demoMetricsTraining',
    'worker-release': 'demoMetricsRelease',
  },
} as const satisfies Record<HouseOwner, Record<Exclude<HouseName, 'gateway'>, PortName>>

/** What the supervisor calls a program of a house. */
export const programName = (owner: HouseOwner, name: string): string =>
  owner === 'project' ? name : `${owner}-${name}`

/**
 * Starts gateway and workers, or finds them running with the same configuration; a changed one restarts them.
 * Throws SERVER_START_FAILED with the end of the log.
 */
export async function startHouse(input: HouseInput): Promise<StartedProgram[]> {
  const { owner, folder, config } = input
  const metrics = await portsOf(folder, Object.values(ports[owner]))
  const start = async (name: HouseName, entry: string, args: string[], health: string) => {
    const program = await startProgram(folder, {
      name: programName(owner, name),
      command: process.execPath,
      args: [
        fileURLToPath(new URL(`../../${entry}${extname(import.meta.url)}`, import.meta.url)),
        '--config',
        config,
        ...args,
      ],
      cwd: fileURLToPath(new URL('../..', import.meta.url)),
      // A changed configuration is another program: the supervisor compares this.
      env: { DRIFTGATE_CONFIG_DIGEST: digestOf(config) },
      healthy: () => httpAnswers(health),
      startTimeoutMs: 90_000,
    })
    input.onStarted?.(program)
    return program
  }
  const gateway = await start('gateway', 'gateway/main', [], `${input.gateway}/readyz`)
  const workers = await Promise.all(
    Object.entries(ports[owner]).map(([name, portName]) =>
      start(
        name as HouseName,
        `workers/${name.replace('worker-', '')}`,
        ['--metrics-port', String(metrics[portName])],
        `http://127.0.0.1:${metrics[portName]}/metrics`,
      ),
    ),
  )
  return [gateway, ...workers]
}

const digestOf = (file: string): string =>
  createHash('sha256').update(readFileSync(file)).digest('hex').slice(0, 16)
