import { dirname, join, relative } from 'node:path'
import { modelsAnswer } from '../../contracts/api.ts'
import type { ReleaseView } from '../../contracts/release.ts'
import type { Report } from '../../contracts/report.ts'
import { type ServerAddresses, serverAddresses } from '../../contracts/servers.ts'
import { down, plan, up } from '../../deploy/local/index.ts'
import { carLoanPlan } from '../data/car-loan.ts'
import { flightsPlan } from '../data/flights.ts'
import type { Scale } from '../data/tenth.ts'
import { carLoanDrifts, carLoanRecovers, carLoanRetrains } from './car-loan.ts'
import { carLoanData, type FlightData, flightData, type ModelData } from './data.ts'
import { prepareFirstModels } from './first-models.ts'
import { verdictFromFiles } from './first-verdict.ts'
import { flightsSeason } from './flights.ts'
import { awaitAnswer, secondClick, tryTheGate, waysToAnswer } from './gate.ts'
import { keepRunning, runningPrograms, startDemoHouse } from './house.ts'
import { removeLeftovers } from './leftovers.ts'
import { createProject, type DemoProject } from './project.ts'
import { untilServed } from './traffic.ts'
import type { DemoView, SideBySide } from './view.ts'
import { applySettings, type DemoWorld, openWorld } from './world.ts'

export interface DemoInput {
  /** The local project's folder, for example `.driftgate`. */
  readonly folder: string
  /** Addresses of servers that run already: nothing is started for these. */
  readonly given?: Partial<ServerAddresses>
  readonly scale: Scale
  /** The approver answers by itself after this long; null: a person does. */
  readonly approveAfterMs: number | null
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
 * and nothing else.
 */
export async function runDemo(input: DemoInput): Promise<DemoResult> {
  const { folder, given = {}, view, signal } = input
  const before = new Set(runningPrograms(folder))
  view.plan([carLoanPlan(), flightsPlan(), ...plan()])
  const starting = up({ folder, given, onProgress: (progress) => view.progress(progress) })
  const flights = starting.then(() => flightData(input.scale))
  flights.catch(() => {})
  let stopKeeping = async (): Promise<void> => {}
  try {
    view.chapter('The first verdict, from the files alone')
    const first = await verdictFromFiles()
    view.report(first)
    const addresses = serverAddresses.parse(await interruptible(starting, signal))
    const [carLoan, flight] = await interruptible(Promise.all([carLoanData(), flights]), signal)
    // On servers that were given, another run may be under way.
    if (Object.keys(given).length === 0) await removeLeftovers(folder, addresses)
    const project = await createProject(folder, addresses, flight.holdout)
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
    const started = runningPrograms(folder).filter((name) => !before.has(name))
    if (!input.keep) view.stopped(await down(folder, started))
  }
}

/** Gateway, workers and model server; a first version of every model, registered, champion, and served. */
async function settle(
  { view, signal, folder }: DemoInput,
  project: DemoProject,
  { python }: ServerAddresses,
  data: { carLoan: ModelData; flight: FlightData },
): Promise<DemoWorld> {
  view.chapter('Two models, trained on Spark, registered in MLflow, served')
  const task = view.task('gateway, workers, first models')
  const rows = { 'car-loan': data.carLoan.first, 'flight-delay': data.flight.first }
  const stages = new Map<string, string>()
  await Promise.all([
    startDemoHouse(project),
    prepareFirstModels({
      project,
      python,
      rows,
      signal,
      onProgress(model, { stage }) {
        stages.set(model, `${model}: ${stage.replace(/ \(.*/, '')}`)
        task.say([...stages.values()].join('; '))
      },
      onReady: (model, { version, kept }) => {
        const how = kept ? 'found by the digest of code and rows' : 'trained now'
        view.say(
          `${model}: version ${version} is champion, ${rows[model as 'car-loan'].length} rows, ${how}`,
        )
      },
    }),
  ])
  const world = await openWorld(project, dirname(folder))
  await applySettings(world, project.text)
  for (const model of Object.keys(rows)) await untilServed(project.serving, model, signal)
  task.end(`both are served at ${project.serving}; every answer is logged to Kafka`)
  return world
}

async function tell(
  { folder, view, signal, approveAfterMs }: DemoInput,
  world: DemoWorld,
  carLoan: ModelData,
  flight: FlightData,
): Promise<Omit<DemoResult, 'schema' | 'first'>> {
  const scene = { world, data: carLoan, view, signal }
  view.chapter('car-loan: months of applications through Kafka, each judged by its Schedule')
  view.say(
    'each line: the largest effect of any feature, its upper bound and its p-value; an effect of 0.1 matters',
  )
  const drifted = await carLoanDrifts(scene)
  view.chapter('flight-delay: weeks of real flights, and nothing that is worth a retraining')
  const season = await flightsSeason(world, flight, view, signal)
  view.chapter('car-loan: labels arrive, Spark retrains')
  const name = await carLoanRetrains(scene)

  view.chapter('The gate: a critical model waits for a person')
  const config = relative(dirname(folder), join(folder, 'demo.yaml'))
  const gate = { world, release: name, config, view, signal }
  const shown = await tryTheGate(gate)
  await waysToAnswer(gate, shown)
  const release = await awaitAnswer(gate, approveAfterMs)
  await secondClick(gate, release)

  const verdicts = { 'car-loan': drifted, 'flight-delay': season }
  if (release.state !== 'promoted') {
    view.say(`version ${release.evidence.champion.version} goes on serving; nothing moved`)
    return { verdicts, release, sideBySide: null }
  }
  view.chapter('After the release: the same model server, the new version')
  const { candidate, champion } = release.evidence
  const versions = { before: champion.version, after: candidate.version }
  const { reports, comparison } = await carLoanRecovers(scene, versions)
  const { models } = await world.as.viewer.get('models', modelsAnswer)
  view.models(models)
  const turn = drifted.find(({ verdict }) => verdict === 'DRIFT')
  if (turn !== undefined) view.closing(turn)
  return {
    verdicts: { ...verdicts, 'car-loan': [...drifted, ...reports] },
    release,
    sideBySide: comparison,
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
