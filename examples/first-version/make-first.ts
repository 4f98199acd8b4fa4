import { createHash } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { trainFirst } from '../../activities/first-model.ts'
import { noVersion, targetGeneration } from '../../activities/promote.ts'
import { modelOf, placeOf, type TrainingDeps } from '../../activities/training-deps.ts'
import { type Candidate, findCandidate } from '../../adapters/postgres/candidates.ts'
import { referenceInForce, type StoredReference } from '../../adapters/postgres/references.ts'
import { findRetraining } from '../../adapters/postgres/retrainings.ts'
import { canonicalJson } from '../../contracts/canonical-json.ts'
import { DriftgateError } from '../../contracts/errors.ts'
import { writeTrainingParquet } from '../data/parquet.ts'
import type { LabelledRow } from '../demo/stretches.ts'
import { openTraining, trainedSettings } from './training.ts'

export interface FirstVersionInput {
  readonly settings: Parameters<typeof openTraining>[0]
  readonly model: string
  readonly rows: readonly LabelledRow[]
  readonly signal?: AbortSignal
  readonly onStage?: (stage: string) => void
}

export interface FirstVersion {
  readonly candidate: Candidate
  readonly reference: StoredReference
  /** It was the champion before: the same rows and settings were given earlier. */
  readonly kept: boolean
}

/**
 * Trains the first version of a model on Spark, makes it the champion and its training rows the reference. Given the
 * same rows and settings again it goes on where it ended, or changes nothing. Throws USAGE where another version is
 * the champion: what comes after the first one goes through the gate.
 */
export async function makeFirstVersion(input: FirstVersionInput): Promise<FirstVersion> {
  const { model, rows } = input
  const training = await openTraining(input.settings)
  const { deps } = training
  try {
    const settings = (await modelOf(deps, model)).model
    const place = placeOf(model, settings)
    input.onStage?.('writing the rows')
    const source = await writeRows(input)
    const digest = { model, rows: source.sha256, settings: trainedSettings(settings) }
    const runKey = await unspentRunKey(deps, digest)
    const target = await targetGeneration(deps, { model })
    const kept = target.version !== noVersion
    if (kept && target.version !== (await deps.registry.find(place.name, runKey))) {
      throw new DriftgateError('USAGE', {
        reason: `${model} has a champion already, version ${target.version}`,
        fix: `for another version run "driftgate retrain ${model} --reason TEXT"`,
      })
    }
    const from = new Date(rows[0]?.timeMs ?? 0).toISOString()
    const { version } = await trainFirst(
      deps,
      { model, runKey, from, rows: { binning: null, sources: [source] } },
      {
        onProgress: ({ stage }) => input.onStage?.(stage),
        ...(input.signal === undefined ? {} : { signal: input.signal }),
      },
    )
    const candidate = await findCandidate(deps.db, runKey)
    const reference = await referenceInForce(deps.db, model, version)
    if (candidate === null || reference === null) {
      throw new DriftgateError('REFERENCE_MISSING', { model })
    }
    return { candidate, reference, kept }
  } finally {
    await training.close()
  }
}

async function writeRows({ settings, model, rows }: FirstVersionInput) {
  const { folder } = settings.objects
  const { python } = settings.cluster.job
  await mkdir(folder, { recursive: true })
  try {
    return await writeTrainingParquet(python, rows, join(folder, `${model}-first.parquet`))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    const what = `the Python of the training job, ${python},`
    const fix = 'run this where cluster.job.python is, with objects.folder in reach'
    throw new DriftgateError('PREREQUISITE_MISSING', { what, fix }, { cause: error })
  }
}

/** Named by what the version is made of; a job that failed under such a name leaves it to no other. */
async function unspentRunKey(deps: Pick<TrainingDeps, 'db'>, parts: object): Promise<string> {
  for (let attempt = 1; ; attempt++) {
    const text = canonicalJson({ ...parts, attempt })
    const runKey = createHash('sha256').update(text).digest('hex').slice(0, 12)
    const before = await findRetraining(deps.db, runKey)
    if (before?.state !== 'failed') return runKey
  }
}
