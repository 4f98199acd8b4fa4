import { createHash } from 'node:crypto'
import { globSync, readFileSync } from 'node:fs'
import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type FirstModel, registerFirst, trainFirst } from '../../activities/first-model.ts'
import { runFolder, type TrainingDeps } from '../../activities/training-deps.ts'
import { openCluster } from '../../adapters/cluster/index.ts'
import { readSecret } from '../../adapters/files/read-secret.ts'
import { migrate } from '../../adapters/postgres/migrate.ts'
import { openPool } from '../../adapters/postgres/pool.ts'
import { openRegistry } from '../../adapters/registry/index.ts'
import { openRolloutTarget } from '../../adapters/serving/index.ts'
import { canonicalJson } from '../../contracts/canonical-json.ts'
import type { TrainingProgress } from '../../contracts/training-progress.ts'
import { cached, cachePath, isCached } from '../../deploy/local/cache.ts'
import { writeTrainingParquet } from '../data/parquet.ts'
import type { DemoProject } from './project.ts'
import type { LabelledRow } from './stretches.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

export interface FirstModelInput {
  readonly project: DemoProject
  /** The Python of the Spark job. */
  readonly python: string
  /** The rows of the first stretch, by model. */
  readonly rows: Readonly<Record<string, readonly LabelledRow[]>>
  readonly signal: AbortSignal
  readonly onProgress: (model: string, progress: TrainingProgress) => void
  /** `kept`: trained by an earlier run on the same rows with the same code, and found by digest. */
  readonly onReady: (model: string, first: FirstModel & { kept: boolean }) => void
}

/**
 * Trains the first version of every model on Spark, side by side, registers it in MLflow and makes it the champion.
 * What a job leaves is kept by the digest of code, rows and settings, so that the next run needs no training.
 */
export async function prepareFirstModels(input: FirstModelInput): Promise<void> {
  const { settings } = input.project
  const db = openPool(settings.postgres.url, { secretOf: readSecret })
  try {
    await migrate(db)
    const secret = 'secret' in settings.cluster ? settings.cluster.secret : undefined
    const registry = openRegistry(settings.registry, { db, secretOf: readSecret })
    const deps: TrainingDeps = {
      db,
      cluster: openCluster(settings.cluster, {
        secret: secret === undefined ? null : () => readSecret(secret, 'cluster.secret'),
      }),
      registry,
      rollout: openRolloutTarget(settings, { db, secretOf: readSecret, versions: registry }),
      objects: settings.objects.folder,
      clock: Date.now,
      settings: async () => settings,
      log: { offsets: async () => [] },
      pollMs: 500,
    }
    await Promise.all(
      Object.keys(input.rows).map(async (model) => {
        const first = await prepare(deps, input, model)
        input.onReady(model, first)
      }),
    )
  } finally {
    await db.end()
  }
}

async function prepare(
  deps: TrainingDeps,
  input: FirstModelInput,
  model: string,
): Promise<FirstModel & { kept: boolean }> {
  const rows = input.rows[model] ?? []
  const { settings } = input.project
  const objects = settings.objects.folder
  const source = await writeTrainingParquet(
    input.python,
    rows,
    join(objects, `${model}-first.parquet`),
  )
  const digest = createHash('sha256')
    .update(
      canonicalJson({
        code: codeDigest(),
        rows: source.sha256,
        settings: trained(settings.models[model]),
      }),
    )
    .digest('hex')
  const entry = `first-models/${model}-${digest.slice(0, 16)}`
  if (isCached(entry)) {
    const first = await registerFirst(deps, { model, folder: cachePath(entry) })
    return { ...first, kept: true }
  }
  const runKey = digest.slice(0, 12)
  const from = new Date(rows[0]?.timeMs ?? 0).toISOString()
  const first = await trainFirst(
    deps,
    { model, runKey, from, rows: { binning: null, sources: [source] } },
    { signal: input.signal, onProgress: (progress) => input.onProgress(model, progress) },
  )
  await cached(entry, (folder) => cp(runFolder(deps, model, runKey), folder, { recursive: true }))
  return { ...first, kept: false }
}

/** What a model depends on beside code and rows; addresses and names of this run are not among it. */
function trained(settings: DemoProject['settings']['models'][string] | undefined) {
  const { trainer, seed, holdout } = settings?.retraining ?? {}
  const { features = {}, segments = [] } = settings ?? {}
  return { features, segments, trainer, seed, holdout }
}

function codeDigest(): string {
  const hash = createHash('sha256')
  const files = ['**/*.py', 'requirements.txt'].flatMap((pattern) =>
    globSync(pattern, { cwd: join(root, 'training') }),
  )
  for (const file of files.toSorted()) {
    hash.update(`${file}\n`).update(readFileSync(join(root, 'training', file)))
  }
  return hash.digest('hex')
}
