import { lastErasure } from '../adapters/postgres/erasures.ts'
import {
  type EstimatorsOf,
  estimatorsOf,
  type FinalWindow,
  finalWindowsOf,
  insertEstimator,
  labelsSoFar,
  type StoredEstimator,
} from '../adapters/postgres/estimators.ts'
import { eachLabelled } from '../adapters/postgres/labelled-predictions.ts'
import { estimatorDefinition } from '../contracts/estimate.ts'
import type { LabelPlan } from '../contracts/label-reading.ts'
import type { LabelSettings } from '../contracts/label-settings.ts'
import {
  askedOf,
  type Estimator,
  kindOf,
  type SampledReferenceRow,
} from '../judging/performance/estimator.ts'
import type { ReferenceOfVersion } from '../judging/performance/fit-estimator.ts'
import { digestOf } from '../profiles/index.ts'
import { inThread, threadEntry } from './in-thread.ts'
import { ReferenceCollector } from './reference-collector.ts'
import type { ScanDeps } from './scan-deps.ts'
import { binningOfReading, windowSample } from './window-sample.ts'

/** Windows of a version that are looked at for labels enough. */
const mostWindows = 200
/** Two at least, so that one odd window is not all that a version is held against. */
const fewestWindows = 2

export const askedBy = (model: string, labels: LabelSettings): EstimatorsOf => ({
  model,
  asked: digestOf(askedOf(labels)),
})

export type Estimators = Map<string, StoredEstimator<Estimator>>

/**
 * Fits an estimator to each version that has none and whose first final windows have labels enough, and stores it for
 * good: the first that is stored stays. Returns all of the model. The same record gives the same bytes.
 */
export async function fitEstimators(
  { db }: Pick<ScanDeps, 'db'>,
  { model, at }: LabelPlan,
  labels: LabelSettings,
  signal?: AbortSignal,
): Promise<Estimators> {
  const of = askedBy(model, labels)
  const known = await estimatorsOf<Estimator>(db, of)
  if (typeof kindOf(labels) === 'object') return known
  const needed = labels.performance.learn.labels
  for (const [version, so] of await labelsSoFar(db, model)) {
    if (known.has(version) || so.labels < needed || so.windows < fewestWindows) continue
    signal?.throwIfAborted()
    const erasure = await lastErasure(db)
    const found = await learn({ db }, { model, version, at }, labels, signal)
    if (found === null) continue
    await insertEstimator(db, of, found.estimator, { rows: found.rows, erasure })
  }
  return estimatorsOf<Estimator>(db, of)
}

/** What the thread that fits is handed: boosters over thousands of rows take seconds. */
export interface FitTask {
  readonly reference: ReferenceOfVersion
  readonly labels: LabelSettings
}

export const fittedApart = (task: FitTask, signal?: AbortSignal): Promise<Estimator | null> =>
  inThread(threadEntry('fit-estimator-thread'), task, signal)

interface Learned {
  readonly estimator: StoredEstimator<Estimator>
  readonly rows: readonly SampledReferenceRow[]
}

/** Null: not yet. */
async function learn(
  { db }: Pick<ScanDeps, 'db'>,
  { model, version, at }: { model: string; version: string; at: string },
  labels: LabelSettings,
  signal: AbortSignal | undefined,
): Promise<Learned | null> {
  const reference = new ReferenceCollector(labels)
  const windows: FinalWindow[] = []
  for (const window of await finalWindowsOf(db, model, version, mostWindows)) {
    const binning = await binningOfReading(db, window.reading)
    const sample = binning === null ? null : await windowSample(db, window, version)
    if (binning !== null && sample !== null) reference.sampleOf(binning, sample.rows)
    const before = reference.labels
    await eachLabelled(
      db,
      window,
      (row) => {
        if (row.version === version) reference.add(row)
      },
      signal,
    )
    reference.endWindow()
    // Retention took what it was measured by.
    if (reference.labels === before) continue
    windows.push(window)
    if (windows.length >= fewestWindows && reference.isEnough()) break
  }
  if (windows.length < fewestWindows || !reference.isEnough()) return null
  const evidence = {
    windows: windows.map(({ start, end, evidenceDigest }) => ({
      ...{ start: start.toISOString(), end: end.toISOString(), evidenceDigest },
    })),
    labels: reference.labels,
    rows: reference.digest(),
  }
  const { rows, sampled, features } = reference.settle()
  const seed = JSON.stringify([version, evidence])
  const fitted = await fittedApart(
    { reference: { rows, sampled, features, windows: windows.length, seed }, labels },
    signal,
  )
  if (fitted === null) return null
  const { kind } = fitted
  const stored = { kind, definition: estimatorDefinition, evidence, payload: fitted }
  const digest = digestOf(stored)
  return {
    estimator: { version, fittedAt: at, digest, ...stored },
    rows: fitted.features.length === 0 ? [] : sampled,
  }
}
