import { createHash } from 'node:crypto'
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ServerAddresses } from '../../contracts/servers.ts'
import { httpAnswers } from '../../deploy/local/health.ts'
import { programName, startHouse } from '../../deploy/local/house.ts'
import { startProgram, status, up } from '../../deploy/local/index.ts'
import { topics } from './models.ts'
import type { DemoProject } from './project.ts'

/** Gateway, workers, the model server and the guard before it, of one run of the demo, started or found running. */
export async function startDemoHouse(project: DemoProject): Promise<void> {
  const { folder, config, settings } = project
  await Promise.all([
    startHouse({ owner: 'demo', folder, config, gateway: settings.gateway.url }),
    startModelServer(project),
    startGuard(project),
    startChatPage(project),
  ])
}

async function startModelServer({
  folder,
  run,
  settings,
  modelServer,
}: DemoProject): Promise<void> {
  const models = Object.entries(settings.models).flatMap(([name, { registry, rollout }]) => {
    const topic = topics(`${run}.`, name).predictions
    const { shadowTopic } = rollout
    const logged = shadowTopic === undefined ? topic : `${topic}:${shadowTopic}`
    return ['--model', `${name}=${registry.name}:${logged}`]
  })
  await startProgram(folder, {
    name: programName('demo', 'model-server'),
    command: process.execPath,
    args: [
      fileURLToPath(new URL(`../model-server/main${extname(import.meta.url)}`, import.meta.url)),
      ...['--registry', mlflowIn(settings), '--brokers', settings.kafka.brokers.join(',')],
      ...['--port', new URL(modelServer).port],
      ...models,
    ],
    healthy: () => httpAnswers(`${modelServer}/v2/health/live`),
    startTimeoutMs: 60_000,
  })
}

async function startGuard({ folder, config, text, serving }: DemoProject): Promise<void> {
  const root = new URL('../../', import.meta.url)
  await startProgram(folder, {
    name: programName('demo', 'guard'),
    command: process.execPath,
    args: [
      fileURLToPath(new URL(`gateway/guard/main${extname(import.meta.url)}`, root)),
      ...['--config', config],
    ],
    cwd: fileURLToPath(root),
    // A changed configuration is another program: the supervisor compares this.
    env: { DRIFTGATE_CONFIG_DIGEST: createHash('sha256').update(text).digest('hex') },
    healthy: () => httpAnswers(`${serving}/v2/health/live`),
    startTimeoutMs: 60_000,
  })
}

async function startChatPage({ folder, chat }: DemoProject): Promise<void> {
  if (chat === null) return
  const page = new URL(chat.page)
  await startProgram(folder, {
    name: programName('demo', 'chat-page'),
    command: process.execPath,
    args: [
      fileURLToPath(new URL(`../chat-page/main${extname(import.meta.url)}`, import.meta.url)),
      ...['--port', page.port, '--homeserver', chat.homeserver],
    ],
    healthy: () => httpAnswers(page.href),
    startTimeoutMs: 60_000,
  })
}

export interface KeeperInput {
  readonly project: DemoProject
  readonly given: Partial<ServerAddresses>
  /** Told before what is gone is started again. */
  readonly onGone: (program: string) => void
  /** Told when that did not work; it is tried again. */
  readonly onTrouble: (error: unknown) => void
}

const lookMs = 1_000

/**
 * Starts again what somebody kills while the demo runs, as a production cluster does. Returns what ends the
 * watch; once that has returned, nothing is started any more.
 */
export function keepRunning(input: KeeperInput): () => Promise<void> {
  const { folder } = input.project
  const expected = new Set(runningPrograms(folder))
  const stop = new AbortController()
  let busy: Promise<void> = Promise.resolve()
  const timer = setInterval(() => {
    busy = busy.then(look).catch(input.onTrouble)
  }, lookMs)

  async function look(): Promise<void> {
    if (stop.signal.aborted) return
    // Who was stopped with "driftgate down" is not in the list any more, and stays down.
    const gone = status(folder).filter(({ name, running }) => !running && expected.has(name))
    if (gone.length === 0) return
    for (const { name } of gone) input.onGone(name)
    await up({ folder, given: input.given, also: input.project.chat ? ['synapse'] : [] })
    await startDemoHouse(input.project)
  }

  return async () => {
    stop.abort()
    clearInterval(timer)
    await busy
  }
}

export const runningPrograms = (folder: string): string[] =>
  status(folder)
    .filter(({ running }) => running)
    .map(({ name }) => name)

/** The demo brings MLflow up for itself. */
function mlflowIn({ registry }: DemoProject['settings']): string {
  if ('url' in registry) return registry.url
  throw new Error('the demo keeps its models in MLflow')
}
