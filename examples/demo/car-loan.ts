import { stewardState } from '../../adapters/temporal/messages.ts'
import { modelView } from '../../contracts/api.ts'
import type { Report } from '../../contracts/report.ts'
import type { StewardState } from '../../contracts/steward.ts'
import { binaryMetrics } from '../../statistics/metrics/binary.ts'
import type { ModelData } from './data.ts'
import { topics } from './models.ts'
import { until } from './patience.ts'
import type { LabelledRow, Stretch } from './stretches.ts'
import { sendLabels, sendRows } from './traffic.ts'
import type { DemoView, SideBySide } from './view.ts'
import { playWindow } from './windows.ts'
import type { DemoWorld } from './world.ts'

const model = 'car-loan'

/** Windows until the retraining: five quiet ones, three drifted ones. */
const beforeRetraining = 8

interface Scene {
  readonly world: DemoWorld
  readonly data: ModelData
  readonly view: DemoView
  readonly signal: AbortSignal
}

/** Quiet months, then dearer cars: the labels of every month follow one month later. */
export async function carLoanDrifts(scene: Scene): Promise<Report[]> {
  const { data, view } = scene
  const reports: Report[] = []
  let shown = false
  for (const stretch of data.stretches.slice(0, beforeRetraining)) {
    const report = await play(scene, stretch, labelsBefore(data, stretch))
    reports.push(report)
    if (report.verdict === 'DRIFT' && !shown) {
      view.report(report)
      shown = true
    }
  }
  return reports
}

/** The last labels arrive, Spark retrains, and a release asks for approval. Returns its name. */
export async function carLoanRetrains({ world, data, view, signal }: Scene): Promise<string> {
  const { project, as } = world
  const look = () => as.viewer.get(`models/${model}`, modelView)
  const { incident } = await look()
  view.say(`the steward of ${model}: ${incident?.next ?? 'no incident is open'}`)
  const latest = data.stretches[beforeRetraining - 1]?.rows ?? []
  await sendLabels(world.labels, topics(`${project.run}.`, model).labels, latest)
  view.say(`${latest.length} labels of the last month arrive`)

  const task = view.task('retraining')
  const environment = { client: world.temporal, prefix: project.settings.temporal.prefix }
  const patience = { signal, forMs: 900_000, everyMs: 500 }
  const came = await until(`a release of ${model}`, patience, async () => {
    const { incident, retraining, release } = await look()
    if (release !== null) return { release: release.release }
    task.say(retraining?.stage ?? incident?.next ?? 'no incident is open')
    const state = await stewardState(environment, model)
    return state === null ? null : endedWithoutCandidate(state)
  })
  if ('ended' in came) throw new Error(`there is nothing to release: ${came.ended}`)
  task.end(`${model} was retrained on Spark; release ${came.release} waits for a person`)
  return came.release
}

/** The months after the release, and both versions on the same applications. */
export async function carLoanRecovers(
  scene: Scene,
  versions: { before: string; after: string },
): Promise<{ reports: Report[]; comparison: SideBySide }> {
  const { world, data, signal } = scene
  const later = data.stretches.slice(beforeRetraining)
  const reports: Report[] = []
  for (const stretch of later) reports.push(await play(scene, stretch, labelsBefore(data, stretch)))
  const rows = later.flatMap((stretch) => stretch.rows)
  const score = async (version: string) => {
    const scores = await sendRows(world.project.serving, model, rows, {
      version,
      log: false,
      signal,
    })
    const labels = rows.map(({ label }) => label)
    return { version, metrics: binaryMetrics(scores, labels) }
  }
  const comparison = {
    rows: rows.length,
    before: await score(versions.before),
    after: await score(versions.after),
  }
  scene.view.sideBySide(comparison)
  return { reports, comparison }
}

/** A retraining that gives no candidate spends the windows that led to it. */
function endedWithoutCandidate(state: StewardState): { ended: string } | null {
  const { lastEndedAt, retraining, release, windows, drift } = state
  if (lastEndedAt === null || retraining !== null || release !== null) return null
  return windows.length === 0 ? { ended: drift?.next ?? 'the retraining ended' } : null
}

async function play(
  { world, view, signal }: Scene,
  stretch: Stretch,
  labelled: readonly LabelledRow[],
): Promise<Report> {
  const began = performance.now()
  const report = await playWindow(world, model, stretch, labelled, signal)
  view.verdict(report, (performance.now() - began) / 1000)
  return report
}

const labelsBefore = ({ stretches }: ModelData, { index }: Stretch): readonly LabelledRow[] =>
  stretches.find((each) => each.index === index - 1)?.rows ?? []
