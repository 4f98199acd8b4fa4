import { join } from 'node:path'
import { DriftgateError } from '../../contracts/errors.ts'
import type { ReleaseView } from '../../contracts/release.ts'
import type { Report } from '../../contracts/report.ts'
import { type ServerAddresses, serverAddresses } from '../../contracts/servers.ts'
import { programName } from '../../deploy/local/house.ts'
import { down, plan, up } from '../../deploy/local/index.ts'
import { withLock } from '../../deploy/local/lock.ts'
import { carLoanPlan } from '../data/car-loan.ts'
import { flightsPlan } from '../data/flights.ts'
import type { Scale } from '../data/tenth.ts'
import { openChat } from './chat.ts'
import { carLoanData, flightData } from './data.ts'
import { verdictFromFiles } from './first-verdict.ts'
import { keepRunning, runningPrograms } from './house.ts'
import { removeLeftovers } from './leftovers.ts'
import { createProject } from './project.ts'
import { settle, tell } from './story.ts'
import type { DemoView, SideBySide } from './view.ts'

export interface DemoInput {
  /** The local project's folder, for example `.driftgate`. */
  readonly folder: string
  /** Addresses of servers that run already: nothing is started for these. */
  readonly given?: Partial<ServerAddresses>
  readonly scale: Scale
  /** The approver answers by itself after this long; null: a person does. */
  readonly approveAfterMs: number | null
  /** The release is asked about in a chat, and two people have to approve. */
  readonly chat?: boolean
  /** Leave everything up at the end. */
  readonly keep: boolean
  readonly signal: AbortSignal
  readonly view: DemoView
}

export interface DemoResult {
  readonly schema: 'driftgate-demo/1'
  /** From the files alone. */
  readonly first: Report
  /** By model, in the order of the windows. */
  readonly verdicts: Readonly<Record<string, readonly Report[]>>
  readonly release: ReleaseView
  /** Null: the release was not approved, so nothing moved. */
  readonly sideBySide: SideBySide | null
}

/**
 * The whole loop on real servers. Everything started here is stopped again unless `keep` is set, also after Ctrl-C,
 * and nothing else. Throws USAGE while another demo runs in the same folder.
 */
export const runDemo = (input: DemoInput): Promise<DemoResult> =>
  withLock(
    join(input.folder, 'demo'),
    () => run(input),
    () => {
      throw new DriftgateError('USAGE', {
        reason: 'another demo runs in this folder',
        fix: 'wait for its end, or start this one in another clone',
      })
    },
  )

async function run(input: DemoInput): Promise<DemoResult> {
  const { folder, given = {}, view, signal } = input
  const before = new Set(runningPrograms(folder))
  const also = input.chat ? (['synapse'] as const) : []
  view.plan([carLoanPlan(), flightsPlan(), ...plan(undefined, also)])
  const starting = up({ folder, given, also, onProgress: (progress) => view.progress(progress) })
  // What goes wrong is told when the servers are needed.
  starting.catch(() => {})
  let stopKeeping = async (): Promise<void> => {}
  try {
    view.chapter('The first verdict, from the files alone')
    const first = await verdictFromFiles()
    view.report(first)
    // Not earlier: what a newcomer waits for is the first verdict.
    const flights = flightData(input.scale)
    flights.catch(() => {})
    const addresses = serverAddresses.parse(await interruptible(starting, signal))
    const [carLoan, flight] = await interruptible(Promise.all([carLoanData(), flights]), signal)
    // On servers that were given, another run may be under way.
    if (Object.keys(given).length === 0) await removeLeftovers(folder, addresses)
    const chat = addresses.synapse ? await openChat(folder, addresses.synapse) : null
    const project = await createProject(folder, addresses, flight.holdout, chat)
    const world = await settle(input, project, addresses, { carLoan, flight })
    stopKeeping = keepRunning({
      project,
      given,
      onGone: (name) => view.say(`${name} is gone; it is started again`),
      onTrouble: (error) => view.say(`could not start it: ${error}`),
    })
    try {
      const story = await tell(input, world, carLoan, flight)
      return { schema: 'driftgate-demo/1', first, ...story }
    } finally {
      await world.close()
    }
  } finally {
    await stopKeeping()
    // What is still starting would outlive us.
    await starting.catch(() => {})
    const ours = (name: string) => name.startsWith(programName('demo', '')) || !before.has(name)
    const started = runningPrograms(folder).filter(ours)
    if (!input.keep) view.stopped(await down(folder, started))
  }
}

/** Settles as the promise does, or throws as soon as Ctrl-C is pressed. */
async function interruptible<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted()
  return Promise.race([
    promise,
    new Promise<never>((_, reject) =>
      signal.addEventListener('abort', () => reject(signal.reason), { once: true }),
    ),
  ])
}
