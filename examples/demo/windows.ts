import { backfillWindow } from '../../adapters/temporal/schedules.ts'
import { DriftgateError } from '../../contracts/errors.ts'
import { type Report, reportSchema } from '../../contracts/report.ts'
import { topics } from './models.ts'
import { until } from './patience.ts'
import type { LabelledRow, Stretch } from './stretches.ts'
import { sendLabels, sendRows } from './traffic.ts'
import type { DemoWorld } from './world.ts'

const patienceMs = 300_000

/**
 * One window of event time: its rows go through the model server into the log, the labels of an earlier stretch
 * arrive, and the model's Schedule is asked for the scan that was due then.
 */
export async function playWindow(
  world: DemoWorld,
  model: string,
  stretch: Stretch,
  labelled: readonly LabelledRow[],
  signal: AbortSignal,
): Promise<Report> {
  const { serving, run } = world.project
  await sendRows(serving, model, stretch.rows, { signal })
  await sendLabels(world.labels, topics(`${run}.`, model).labels, labelled)
  return judgedWindow(world, model, stretch, signal)
}

/** Asks the Schedule for the window and waits for its report. */
async function judgedWindow(
  { project, temporal, as }: DemoWorld,
  model: string,
  { startMs, endMs }: Stretch,
  signal: AbortSignal,
): Promise<Report> {
  const settings = project.settings.models[model]
  if (settings === undefined) throw new DriftgateError('MODEL_UNKNOWN', { model })
  const { prefix } = project.settings.temporal
  await backfillWindow(temporal, prefix, model, settings, endMs)
  const start = new Date(startMs).toISOString()
  const path = `models/${model}/verdicts/${encodeURIComponent(start)}`
  return until(`the verdict of ${model}'s window ${start}`, { signal, forMs: patienceMs }, () =>
    as.viewer.get(path, reportSchema).catch((error: unknown) => {
      if (error instanceof DriftgateError && error.code === 'VERDICT_UNKNOWN') return null
      throw error
    }),
  )
}
