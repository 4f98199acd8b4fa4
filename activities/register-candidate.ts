import { withAdvisoryLock } from '../adapters/postgres/advisory-lock.ts'
import { findCandidate, insertCandidate } from '../adapters/postgres/candidates.ts'
import { type Metrics, metricsSchema } from '../contracts/training.ts'
import { loadArtefacts } from './artefacts.ts'
import { dataStay } from './data-stays.ts'
import { readJson } from './marker.ts'
import { folderOf, modelOf, placeOf, retrainingOf, type TrainingDeps } from './training-deps.ts'

/** What a registry keeps of them: a metric that these rows do not have is left out. */
const numbersOf = (metrics: Metrics): Record<string, number> =>
  Object.fromEntries(
    Object.entries(metrics).filter((entry): entry is [string, number] => entry[1] !== null),
  )

type RegisterDeps = Pick<
  TrainingDeps,
  'db' | 'registry' | 'objects' | 'settings' | 'startedWith' | 'onPhase'
>

/**
 * Makes a version of what a job left under its run key, once: every file is held against the
 * marker's digest and the model must give the trainer's probabilities before anything is uploaded.
 * The job itself never registers. Repeated, also after a crash in the middle, it gives the same
 * version.
 *
 * Errors: DATA_REGION_REFUSED, ARTEFACT_INVALID, REGISTRY_REJECTED, REGISTRY_UNREACHABLE (retryable).
 */
export async function registerCandidate(
  deps: RegisterDeps,
  { runKey }: { runKey: string },
): Promise<{ version: string }> {
  return withAdvisoryLock(deps.db, `candidate/${runKey}`, async (db) => {
    const known = await findCandidate(db, runKey)
    if (known !== null) return { version: known.version }
    const row = await retrainingOf({ db }, runKey)
    const { model } = await modelOf(deps, row.model)
    await dataStay(deps, row.model)
    const { marker, markerDigest, files } = await loadArtefacts(folderOf(deps, row), runKey)
    const metrics = readJson(
      runKey,
      'metrics.json',
      files.get('metrics.json')!,
      metricsSchema.parse,
    )
    await deps.onPhase?.('before registration')
    const { version } = await deps.registry.register({
      name: placeOf(row.model, model).name,
      runKey,
      files,
      metrics: numbersOf(metrics),
      tags: {
        'driftgate.marker': markerDigest,
        'driftgate.model_digest': marker.files['model.json'] ?? '',
        'driftgate.incident': row.incident ?? '',
      },
      onStored: () => deps.onPhase?.('in registration, files stored'),
    })
    await deps.onPhase?.('after registration')
    await insertCandidate(db, { model: row.model, version, marker, markerDigest, metrics })
    await deps.onPhase?.('after candidate')
    return { version }
  })
}
