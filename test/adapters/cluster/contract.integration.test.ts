import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { clusters } from '../../../adapters/cluster/index.ts'
import type { JobStatus, TrainingCluster } from '../../../adapters/cluster/training-cluster.ts'
import type { Settings } from '../../../contracts/config.ts'
import { DriftgateError } from '../../../contracts/errors.ts'
import { cuttingProxy } from '../../support/cutting-proxy.ts'
import {
  clusterSecret,
  clusterSettings,
  type JobFolder,
  jobFolder,
} from '../../support/training-cluster.ts'

/** How each kind is opened against its real server, for one script. */
const rigs: Record<keyof typeof clusters, (settings: Settings['cluster']) => TrainingCluster> = {
  'spark-standalone': (settings) =>
    clusters['spark-standalone'](settings, { secret: clusterSecret }),
}

const newRunKey = () => randomBytes(6).toString('hex')

for (const [kind, open] of Object.entries(rigs)) {
  describe(`training cluster ${kind}`, { concurrency: true }, () => {
    let folder: JobFolder
    before(async () => {
      folder = await jobFolder()
    })
    after(() => folder.remove())

    const openWith = async (body: string, changes: Parameters<typeof clusterSettings>[1] = {}) => {
      const script = await folder.script(newRunKey(), body)
      return open(clusterSettings(script, changes))
    }

    test('a job that ends well is finished, found by its run key, and its output is readable', async () => {
      const cluster = await openWith(
        "print('stage: reading ä', flush=True); print(sys.argv[1]); print(os.environ['DRIFTGATE_RUN_KEY'])",
      )
      const runKey = newRunKey()
      const { submissionId } = await cluster.submit({ runKey, specPath: '/spec of/the job.json' })
      assert.deepEqual(await untilOver(cluster, submissionId), { state: 'finished' })
      assert.deepEqual(await cluster.find(runKey, Date.now()), { found: 'job', submissionId })
      const page = await cluster.output(submissionId, 0)
      assert.equal(page.text, `stage: reading ä\n/spec of/the job.json\n${runKey}\n`)
      assert.deepEqual(await cluster.output(submissionId, page.next), { text: '', next: page.next })
      const rest = await cluster.output(submissionId, Buffer.byteLength('stage: reading ä\n'))
      assert.equal(rest.text, `/spec of/the job.json\n${runKey}\n`)
    })

    test('an exception and a bad exit code are both failed', async () => {
      for (const body of ["raise ValueError('no rows')", 'sys.exit(3)']) {
        const cluster = await openWith(body)
        const { submissionId } = await cluster.submit({ runKey: newRunKey(), specPath: '/x' })
        assert.equal((await untilOver(cluster, submissionId)).state, 'failed')
      }
    })

    test('a kill ends a running job before it returns, and may be repeated', async () => {
      const cluster = await openWith('time.sleep(300)')
      const { submissionId } = await cluster.submit({ runKey: newRunKey(), specPath: '/x' })
      while ((await cluster.status(submissionId)).state === 'queued') await sleep(200)
      await cluster.kill(submissionId)
      assert.deepEqual(await cluster.status(submissionId), { state: 'killed' })
      await cluster.kill(submissionId)
    })

    test('a job for which there is no room stays queued, is never called absent, and can be killed', async () => {
      const cluster = await openWith('pass', { driverMemory: '900g' })
      const runKey = newRunKey()
      const { submissionId } = await cluster.submit({ runKey, specPath: '/x' })
      await sleep(1_000)
      assert.deepEqual(await cluster.status(submissionId), { state: 'queued' })
      assert.notEqual((await cluster.find(runKey, Date.now())).found, 'absent')
      await cluster.kill(submissionId)
      assert.deepEqual(await cluster.status(submissionId), { state: 'killed' })
    })

    test('a job nobody ever submitted is forgotten, prints nothing, and killing it does nothing', async () => {
      const cluster = await openWith('pass')
      const unknown = 'driver-20010101000000-0000'
      assert.deepEqual(await cluster.status(unknown), { state: 'forgotten' })
      assert.deepEqual(await cluster.output(unknown, 0), { text: '', next: 0 })
      await cluster.kill(unknown)
    })

    test('a cluster that is not there is unreachable, not an end of the job', async () => {
      const changes = { rest: 'http://127.0.0.1:1', web: 'http://127.0.0.1:1' }
      const cluster = await openWith('pass', changes)
      for (const call of [
        () => cluster.status('driver-1'),
        () => cluster.find(newRunKey(), 0),
        () => cluster.submit({ runKey: newRunKey(), specPath: '/x' }),
      ]) {
        await assert.rejects(call, isCode('CLUSTER_UNREACHABLE'))
      }
    })

    test('a job whose submission lost its answer is found by its run key', async () => {
      const proxy = await cuttingProxy(clusterSettings('').rest)
      try {
        const cluster = await openWith('time.sleep(2)', { rest: proxy.url })
        const runKey = newRunKey()
        proxy.cutNext(1)
        await assert.rejects(
          () => cluster.submit({ runKey, specPath: '/x' }),
          isCode('CLUSTER_UNREACHABLE'),
        )
        assert.equal(proxy.cuts, 1)
        let found = await cluster.find(runKey, Date.now())
        for (let look = 0; found.found !== 'job' && look < 60; look++) {
          await sleep(500)
          found = await cluster.find(runKey, Date.now())
        }
        assert.equal(found.found, 'job')
      } finally {
        await proxy.close()
      }
    })
  })
}

test('a wrong shared secret is a refusal: nothing was started', async () => {
  const cluster = clusters['spark-standalone'](clusterSettings('/none.py'), {
    secret: () => randomBytes(32).toString('base64url'),
  })
  await assert.rejects(
    () => cluster.submit({ runKey: newRunKey(), specPath: '/x' }),
    isCode('CLUSTER_SUBMIT_REJECTED'),
  )
})

const isCode = (code: string) => (error: unknown) =>
  error instanceof DriftgateError && error.code === code

async function untilOver(cluster: TrainingCluster, id: string): Promise<JobStatus> {
  for (let look = 0; look < 240; look++) {
    const status = await cluster.status(id)
    if (status.state !== 'queued' && status.state !== 'running') return status
    await sleep(250)
  }
  throw new Error(`${id} did not end`)
}
