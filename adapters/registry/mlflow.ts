import { z } from 'zod'
import { deleteAlias, writeAlias } from '../mlflow/alias.ts'
import { type MlflowClient, mlflowClient } from '../mlflow/client.ts'
import { orNull, orRejected } from '../mlflow/rejected.ts'
import { mlflowModelFile } from './mlflow-model-file.ts'
import { dropVersion, readVersion, searchVersions, sourceOf } from './mlflow-versions.ts'
import type { ModelRegistry, NewVersion } from './model-registry.ts'

/** The tag of runs and versions that makes registration idempotent. */
export const runKeyTag = 'driftgate.run_key'

const experimentAnswer = z.object({ experiment: z.object({ experiment_id: z.string() }) })
const createdExperiment = z.object({ experiment_id: z.string() })
const runInfo = z.object({ info: z.object({ run_id: z.string(), artifact_uri: z.string() }) })
const createdRun = z.object({ run: runInfo })
const foundRuns = z.object({ runs: z.array(runInfo).default([]) })
const createdVersion = z.object({ model_version: z.object({ version: z.string() }) })

/**
 * Versions in the MLflow model registry, one MLflow run each in the experiment `driftgate/<name>`.
 * The version is created last, so that a version that can be found is complete.
 * `docs/reference/registries/mlflow.md` has the calls and their quirks.
 */
export function mlflowRegistry(url: string, client = mlflowClient(url)): ModelRegistry {
  async function register(candidate: NewVersion): Promise<{ version: string }> {
    const { name, runKey } = candidate
    const known = await find(name, runKey)
    if (known !== null) return { version: known }
    return orRejected(`registering a version of ${name} for run key ${runKey}`, async () => {
      const run = await findOrCreateRun(client, candidate)
      for (const [file, bytes] of candidate.files) {
        await client.upload(`${run.artifact_uri}/model/${file}`, bytes)
      }
      const described = mlflowModelFile(candidate.files, run.run_id)
      if (described !== null) await client.upload(`${run.artifact_uri}/model/MLmodel`, described)
      await logMetrics(client, run.run_id, candidate.metrics)
      await orNull(['RESOURCE_ALREADY_EXISTS'], () =>
        client.post('registered-models/create', { name }),
      )
      await candidate.onStored?.()
      const answer = await client.post('model-versions/create', {
        name,
        source: `${run.artifact_uri}/model`,
        run_id: run.run_id,
        tags: tagList({ ...candidate.tags, [runKeyTag]: runKey }),
      })
      return { version: createdVersion.parse(answer).model_version.version }
    })
  }

  async function find(name: string, runKey: string): Promise<string | null> {
    const versions = await orRejected(`searching versions of ${name}`, () =>
      searchVersions(client, name, runKeyTag, runKey),
    )
    return versions[0] ?? null
  }

  return {
    kind: 'mlflow',
    find,
    register,
    async version(name, version) {
      const found = await readVersion(client, name, version)
      if (found === null) return null
      return { version, runKey: found.tags[runKeyTag] ?? null, tags: found.tags }
    },
    async setTag(name, version, key, value) {
      await orRejected(`tagging version ${version} of ${name}`, () =>
        client.post('model-versions/set-tag', { name, version, key, value }),
      )
    },
    setAlias: (name, alias, version) => writeAlias(client, name, alias, version),
    dropAlias: (name, alias, version) => deleteAlias(client, name, alias, version),
    drop: (name, version) => dropVersion(client, name, version),
    download: (name, version, file) =>
      orRejected(`reading ${file} of version ${version} of ${name}`, async () =>
        client.download(`${await sourceOf(client, name, version)}/${file}`),
      ),
  }
}

async function findOrCreateRun(client: MlflowClient, candidate: NewVersion) {
  const experiment_id = await experimentOf(client, candidate.name)
  const found = await client.post('runs/search', {
    experiment_ids: [experiment_id],
    filter: `tags.\`${runKeyTag}\` = '${candidate.runKey}'`,
    max_results: 1,
  })
  const known = foundRuns.parse(found).runs[0]
  if (known !== undefined) return known.info
  const created = await client.post('runs/create', {
    experiment_id,
    run_name: candidate.runKey,
    start_time: Date.now(),
    tags: tagList({ [runKeyTag]: candidate.runKey }),
  })
  return createdRun.parse(created).run.info
}

async function experimentOf(client: MlflowClient, name: string): Promise<string> {
  const experiment = `driftgate/${name}`
  const byName = () =>
    orNull(['RESOURCE_DOES_NOT_EXIST'], () =>
      client.get('experiments/get-by-name', { experiment_name: experiment }),
    )
  const found = await byName()
  if (found !== null) return experimentAnswer.parse(found).experiment.experiment_id
  const created = await orNull(['RESOURCE_ALREADY_EXISTS'], () =>
    client.post('experiments/create', { name: experiment }),
  )
  if (created !== null) return createdExperiment.parse(created).experiment_id
  // Somebody else created it in between.
  return experimentAnswer.parse(await byName()).experiment.experiment_id
}

async function logMetrics(client: MlflowClient, run_id: string, metrics: Record<string, number>) {
  const timestamp = Date.now()
  await client.post('runs/log-batch', {
    run_id,
    metrics: Object.entries(metrics).map(([key, value]) => ({ key, value, timestamp, step: 0 })),
  })
  await client.post('runs/update', { run_id, status: 'FINISHED', end_time: timestamp })
}

const tagList = (tags: Record<string, string>) =>
  Object.entries(tags).map(([key, value]) => ({ key, value }))
