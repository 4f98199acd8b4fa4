import { dirname, join, relative } from 'node:path'
import { modelsAnswer } from '../../contracts/api.ts'
import { releaseEvidenceSchema } from '../../contracts/release.ts'
import type { ServerAddresses } from '../../contracts/servers.ts'
import { carLoanDrifts, carLoanRecovers, carLoanRetrains } from './car-loan.ts'
import { linkApprovers } from './chat.ts'
import type { FlightData, ModelData } from './data.ts'
import { prepareFirstModels } from './first-models.ts'
import { flightsSeason } from './flights.ts'
import { awaitAnswer, secondClick, tryTheGate, waysToAnswer } from './gate.ts'
import { showTheGuard } from './guarded.ts'
import { startDemoHouse } from './house.ts'
import type { DemoInput, DemoResult } from './index.ts'
import type { DemoProject } from './project.ts'
import { untilServed } from './traffic.ts'
import { applySettings, type DemoWorld, openWorld } from './world.ts'

/** Gateway, workers and model server; a first version of every model, registered, champion, and served. */
export async function settle(
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
  if (project.chat) await linkApprovers(project.chat, project.settings.postgres.url)
  for (const model of Object.keys(rows)) await untilServed(project.serving, model, signal)
  task.end(`both are served at ${project.serving}; every answer is logged to Kafka`)
  const [example] = data.carLoan.stretches[0]?.rows ?? []
  if (example !== undefined) await showTheGuard(world, example, view, signal)
  return world
}

/** What happens to both models, in order. */
export async function tell(
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
  const { candidate, champion } = releaseEvidenceSchema.parse(release.evidence)
  if (release.state !== 'promoted') {
    view.say(`version ${champion.version} goes on serving; nothing moved`)
    return { verdicts, release, sideBySide: null }
  }
  view.chapter('After the release: the same model server, the new version')
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
