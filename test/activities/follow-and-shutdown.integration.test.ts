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
import { guardedWorker } from '../support/guarded-worker.ts'
import { servers } from '../support/servers.ts'
import { clusterSecret, clusterSettings } from '../support/training-cluster.ts'
import { trainingPlace } from '../support/training-place.ts'
import { trainingSettings } from '../support/training-settings.ts'

const place = trainingPlace()

test('a worker that shuts down leaves the job to the next one; a cancel kills it', async () => {
  const runKey = randomBytes(6).toString('hex')
  const cluster = clusterSettings(await place.folder.script(runKey, 'time.sleep(300)'))
  const settings = trainingSettings('trial', cluster)
  const deps: TrainingDeps = {
    db: place.db,
    cluster: openCluster(cluster, { secret: clusterSecret }),
    registry: openRegistry(settings.registry, { db: place.beside, secretOf: readSecret }),
    rollout: openRolloutTarget(settings, { db: place.beside }),
    objects: place.folder.path,
    clock: Date.now,
    settings: async () => settings,
    log: { offsets: async () => [] },
    pollMs: 200,
  }
  const input = { model: 'trial', prefix: '', runKey, incident: null, from: '2024-01-01T00:00:00Z' }
  const source = { kind: 'parquet', path: '/none', sha256: 'none' } as const
  const rows = async () => ({ sources: [source], binning: null })
  await storeSpec(deps, { ...input, requestedBy: [], reason: 'trial' }, rows)
  const { submissionId } = await submitTraining(deps, { runKey })
  const stateOfJob = async () => (await deps.cluster.status(submissionId)).state

  const taskQueue = `trial-${runKey}`
  const connection = await Connection.connect({ address: servers().temporal })
  const native = await NativeConnection.connect({ address: servers().temporal })
  const startWorker = async () => {
    const worker = await guardedWorker({
      connection: native,
      taskQueue,
      workflowsPath: fileURLToPath(new URL('../support/follow-workflow.ts', import.meta.url)),
      activities: trainingActivities(deps),
    })
    return { worker, done: worker.run() }
  }
  try {
    const { workflow } = new Client({ connection })
    const first = await startWorker()
    const handle = await workflow.start('followOnly', {
      taskQueue,
      workflowId: taskQueue,
      args: [runKey],
    })
    const followed = async (attempt: number) => {
      const { raw } = await handle.describe()
      const pending = raw.pendingActivities?.[0]
      return pending?.attempt === attempt && pending.heartbeatDetails != null
    }
    while (!(await followed(1)) || (await stateOfJob()) !== 'running') await sleep(200)

    first.worker.shutdown()
    await first.done
    assert.equal(await stateOfJob(), 'running')
    assert.equal((await findRetraining(deps.db, runKey))?.state, 'submitted')

    const second = await startWorker()
    while (!(await followed(2))) await sleep(200)
    await handle.cancel()
    await assert.rejects(handle.result(), WorkflowFailedError)
    assert.equal(await stateOfJob(), 'killed')
    assert.equal((await findRetraining(deps.db, runKey))?.result, 'it was cancelled')
    second.worker.shutdown()
    await second.done
  } finally {
    await deps.cluster.kill(submissionId)
    await connection.close()
    await native.close()
  }
})
