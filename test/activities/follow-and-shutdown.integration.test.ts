import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { Client, Connection, WorkflowFailedError } from '@temporalio/client'
import { NativeConnection } from '@temporalio/worker'
import { submitTraining } from '../../activities/submit-training.ts'
import { trainingActivities } from '../../activities/training.ts'
import type { TrainingDeps } from '../../activities/training-deps.ts'
import { storeSpec } from '../../activities/training-spec.ts'
import { openCluster } from '../../adapters/cluster/index.ts'
import { readSecret } from '../../adapters/files/read-secret.ts'
import { findRetraining } from '../../adapters/postgres/retrainings.ts'
import { openRegistry } from '../../adapters/registry/index.ts'
import { openRolloutTarget } from '../../adapters/serving/index.ts'
import { taskQueues } from '../../contracts/messages.ts'
import { guardedWorker } from '../support/guarded-worker.ts'
import { servers } from '../support/servers.ts'
import { clusterSecret, clusterSettings } from '../support/training-cluster.ts'
import { trainingPlace } from '../support/training-place.ts'
import { trainingSettings } from '../support/training-settings.ts'

const place = trainingPlace()

/** A job that runs, followed by `followJob`, which needs one slot of a worker now and then. */
async function world(jobs: number) {
  const prefix = `trial-${randomBytes(6).toString('hex')}-`
  const runKeys = Array.from({ length: jobs }, () => randomBytes(6).toString('hex'))
  const cluster = clusterSettings(await place.folder.script(prefix, 'time.sleep(300)'))
  const settings = trainingSettings('trial', cluster)
  const opening = { db: place.beside, secretOf: readSecret }
  const registry = openRegistry(settings.registry, opening)
  const deps: TrainingDeps = {
    db: place.db,
    cluster: openCluster(cluster, { secret: clusterSecret }),
    registry,
    rollout: openRolloutTarget(settings, { ...opening, versions: registry }),
    objects: place.folder.path,
    clock: Date.now,
    settings: async () => settings,
    log: { offsets: async () => [] },
    pollMs: 200,
  }
  const source = { kind: 'parquet', path: '/none', sha256: 'none' } as const
  const rows = async () => ({ sources: [source], binning: null })
  for (const runKey of runKeys) {
    const input = { model: 'trial', prefix, runKey, incident: null, from: '2024-01-01T00:00:00Z' }
    await storeSpec(deps, { ...input, requestedBy: [], reason: 'trial' }, rows)
    await submitTraining(deps, { runKey })
  }
  const submissionOf = async (runKey: string) =>
    (await findRetraining(deps.db, runKey))?.submissionId ?? ''
  const stateOfJob = async (runKey: string) =>
    (await deps.cluster.status(await submissionOf(runKey))).state

  const connection = await Connection.connect({ address: servers().temporal })
  const native = await NativeConnection.connect({ address: servers().temporal })
  const taskQueue = `${prefix}${taskQueues.training}`
  const startWorker = async () => {
    const worker = await guardedWorker({
      ...{ connection: native, taskQueue, maxConcurrentActivityTaskExecutions: 1 },
      workflowsPath: fileURLToPath(new URL('../support/follow-workflow.ts', import.meta.url)),
      activities: trainingActivities(deps),
    })
    const done = worker.run()
    return {
      async stop() {
        worker.shutdown()
        await done
      },
    }
  }
  const { workflow } = new Client({ connection })
  const follow = async (runKey: string) => {
    const workflowId = `${prefix}${runKey}`
    const handle = await workflow.start('followJob', {
      ...{ taskQueue, workflowId, args: [prefix, runKey] },
    })
    /** How often it was looked at, as far as Temporal tells. */
    const looks = async () => {
      const { raw } = await handle.describe()
      const pending = raw.pendingActivities?.[0]
      return pending?.heartbeatDetails == null ? 0 : (pending.attempt ?? 0)
    }
    return { handle, looks }
  }
  return {
    ...{ deps, runKeys, stateOfJob, startWorker, follow },
    async close() {
      for (const runKey of runKeys) await deps.cluster.kill(await submissionOf(runKey))
      await connection.close()
      await native.close()
    },
  }
}

test('jobs that run hold no slot of a worker: with one of them two are followed', async () => {
  const { runKeys, startWorker, follow, deps, close } = await world(2)
  const worker = await startWorker()
  try {
    const followed = await Promise.all(runKeys.map(follow))
    for (const { looks } of followed) while ((await looks()) < 3) await sleep(100)
    // Looks, and nothing between them, stand in no history.
    const { handle } = followed[0]!
    const { events = [] } = await handle.fetchHistory()
    assert.ok((events?.length ?? 0) < 8, `${events?.length} events`)
    for (const runKey of runKeys)
      await deps.cluster.kill((await findRetraining(deps.db, runKey))?.submissionId ?? '')
    for (const each of followed) {
      const end = { state: 'failed', reason: 'somebody killed the job on the cluster' }
      assert.deepEqual(await each.handle.result(), end)
    }
  } finally {
    await worker.stop()
    await close()
  }
})

test('a worker that shuts down leaves the job to the next one; a cancel kills it', async () => {
  const { runKeys, startWorker, follow, stateOfJob, deps, close } = await world(1)
  const runKey = runKeys[0]!
  const first = await startWorker()
  try {
    const { handle, looks } = await follow(runKey)
    while ((await looks()) < 2 || (await stateOfJob(runKey)) !== 'running') await sleep(200)
    await first.stop()
    assert.equal(await stateOfJob(runKey), 'running')
    assert.equal((await findRetraining(deps.db, runKey))?.state, 'submitted')

    const before = await looks()
    const second = await startWorker()
    while ((await looks()) <= before) await sleep(200)
    await handle.cancel()
    await assert.rejects(handle.result(), WorkflowFailedError)
    assert.equal(await stateOfJob(runKey), 'killed')
    assert.equal((await findRetraining(deps.db, runKey))?.result, 'it was cancelled')
    await second.stop()
  } finally {
    await close()
  }
})
