import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdir } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { type clusters, openCluster } from '../../../adapters/cluster/index.ts'
import type { JobStatus, TrainingCluster } from '../../../adapters/cluster/training-cluster.ts'
import { DriftgateError } from '../../../contracts/errors.ts'
import { startReceiver } from '../../../examples/training-webhook/receiver.ts'
import { cuttingProxy } from '../../support/cutting-proxy.ts'
import { servers } from '../../support/servers.ts'
import {
  clusterSecret,
  clusterSettings,
  type JobFolder,
  jobFolder,
  submitSettings,
} from '../../support/training-cluster.ts'

/** How each kind is opened against its real server, for one script. */
interface Rig {
  /** Where submissions go, for a script in a folder. */
  address(script: string, room: boolean): Promise<string>
  /** `room`: whether anything can start. */
  open(script: string, options: { address: string; room: boolean }): TrainingCluster
  /** One whose next submission starts a job, and whose answer does not come. */
  losing(script: string): Promise<{ cluster: TrainingCluster; close(): Promise<void> }>
}

const secret = `whsec_${randomBytes(32).toString('base64')}`
const receivers: { close(): Promise<void> }[] = []
after(() => Promise.all(receivers.map((each) => each.close())))

/** Over a network the connection is cut once the request is delivered. */
async function behindCuttingProxy(rig: Pick<Rig, 'address' | 'open'>, script: string) {
  const proxy = await cuttingProxy(await rig.address(script, true))
  proxy.cutNext(1)
  return {
    cluster: rig.open(script, { address: proxy.url, room: true }),
    async close() {
      assert.equal(proxy.cuts, 1)
      await proxy.close()
    },
  }
}

const rigs: Record<keyof typeof clusters, Rig> = {
  'spark-standalone': {
    address: async () => clusterSettings('').rest,
    open(script, { address, room }) {
      const away = address === nowhere
      const settings = clusterSettings(script, {
        rest: address,
        ...(away && { web: address }),
        ...(!room && { driverMemory: '900g' }),
      })
      return openCluster(settings, { secret: clusterSecret })
    },
    losing: (script) => behindCuttingProxy(rigs['spark-standalone'], script),
  },
  'spark-submit': {
    async address(script) {
      await mkdir(`${script}.jobs`)
      return `${script}.jobs`
    },
    open: (script, { address, room }) =>
      openCluster(submitSettings(script, address, room ? {} : { jobs: 0 }), { secret: null }),
    async losing(script) {
      const folder = await rigs['spark-submit'].address(script, true)
      // Nobody waits for the answer: a worker that ended in that moment.
      const hasty = openCluster(submitSettings(script, folder), { secret: null, timeoutMs: 1 })
      return { cluster: hasty, close: async () => undefined }
    },
  },
  webhook: {
    async address(script, room) {
      const { python } = servers()
      const receiver = await startReceiver({
        ...{ folder: `${script}.jobs`, command: [python, script], room: room ? 2 : 0, secret },
      })
      receivers.push(receiver)
      return receiver.url
    },
    open: (_, { address }) =>
      openCluster(
        { kind: 'webhook', url: address, secret: { env: 'UNUSED' }, queueTimeout: 600_000 },
        { secret: () => secret },
      ),
    losing: (script) => behindCuttingProxy(rigs.webhook, script),
  },
}
/** Nobody listens there, and it is no folder. */
const nowhere = 'http://127.0.0.1:1'

const newRunKey = () => randomBytes(6).toString('hex')

for (const [kind, rig] of Object.entries(rigs)) {
  describe(`training cluster ${kind}`, { concurrency: true }, () => {
    let folder: JobFolder
    before(async () => {
      folder = await jobFolder()
    })
    after(() => folder.remove())

    /** `address`: another one than the server's. */
    const openWith = async (body: string, { room = true, address = '' } = {}) => {
      const script = await folder.script(newRunKey(), body)
      return rig.open(script, { address: address || (await rig.address(script, room)), room })
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
      const cluster = await openWith('pass', { room: false })
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
      const cluster = await openWith('pass', { address: nowhere })
      for (const call of [
        () => cluster.status('driver-1'),
        () => cluster.find(newRunKey(), 0),
        () => cluster.submit({ runKey: newRunKey(), specPath: '/x' }),
      ]) {
        await assert.rejects(call, isCode('CLUSTER_UNREACHABLE'))
      }
    })

    test('a job whose submission lost its answer is found by its run key', async () => {
      const { cluster, close } = await rig.losing(await folder.script(newRunKey(), 'time.sleep(2)'))
      try {
        const runKey = newRunKey()
        await assert.rejects(
          () => cluster.submit({ runKey, specPath: '/x' }),
          isCode('CLUSTER_UNREACHABLE'),
        )
        let found = await cluster.find(runKey, Date.now())
        for (let look = 0; found.found !== 'job' && look < 60; look++) {
          await sleep(500)
          found = await cluster.find(runKey, Date.now())
        }
        assert.ok(found.found === 'job')
        await untilOver(cluster, found.submissionId)
      } finally {
        await close()
      }
    })
  })
}

test('a wrong shared secret is a refusal: nothing was started', async () => {
  const cluster = openCluster(clusterSettings('/none.py'), {
    secret: () => randomBytes(32).toString('base64url'),
  })
  await assert.rejects(
    () => cluster.submit({ runKey: newRunKey(), specPath: '/x' }),
    isCode('CLUSTER_SUBMIT_REJECTED'),
  )
})

describe('a training webhook besides', { concurrency: true }, () => {
  let folder: JobFolder
  before(async () => {
    folder = await jobFolder()
  })
  after(() => folder.remove())
  const settings = (url: string) =>
    ({ kind: 'webhook', url, secret: { env: 'UNUSED' }, queueTimeout: 600_000 }) as const

  test('another secret is a refusal, and one that is none is told', async () => {
    const url = await rigs.webhook.address(await folder.script('refused', 'pass'), true)
    const job = { runKey: newRunKey(), specPath: '/x' }
    const other = `whsec_${randomBytes(32).toString('base64')}`
    await assert.rejects(
      openCluster(settings(url), { secret: () => other }).submit(job),
      isCode('CLUSTER_SUBMIT_REJECTED'),
    )
    await assert.rejects(
      openCluster(settings(url), { secret: () => 'plain' }).submit(job),
      isCode('CONFIG_SECRET_INVALID'),
    )
    const cluster = openCluster(settings(url), { secret: () => secret })
    assert.deepEqual(await cluster.find(job.runKey, 0), { found: 'absent' })
  })

  test('a run key is submitted once, also by a receiver that was started again', async () => {
    const script = await folder.script('once', "print('ran', flush=True); time.sleep(3)")
    const first = await rigs.webhook.address(script, true)
    const runKey = newRunKey()
    const job = { runKey, specPath: '/x', environment: { SECRET: 'hidden' } }
    const cluster = openCluster(settings(first), { secret: () => secret })
    await cluster.submit(job)
    await cluster.submit(job)
    const again = openCluster(settings(await rigs.webhook.address(script, true)), {
      secret: () => secret,
    })
    assert.deepEqual(await again.submit(job), { submissionId: runKey })
    assert.equal((await again.status(runKey)).state, 'running', 'the process of the first one')
    assert.deepEqual(await untilOver(cluster, runKey), { state: 'finished' })
    assert.deepEqual(await again.status(runKey), { state: 'finished' })
    assert.equal((await again.output(runKey, 0)).text, 'ran\n')
  })

  test('a service that is busy or answers what is no answer has refused nothing', async () => {
    const answers = [
      [503, ''],
      [429, ''],
      [200, '{"state":"lost in thought"}'],
    ] as const
    let next = 0
    const server = createServer((_, response) => {
      const [status, body] = answers[next++ % answers.length] as (typeof answers)[number]
      response.writeHead(status).end(body)
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    try {
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
      const cluster = openCluster(settings(url), { secret: () => secret })
      const job = { runKey: newRunKey(), specPath: '/x' }
      for (const _ of answers) {
        await assert.rejects(cluster.submit(job), isCode('CLUSTER_UNREACHABLE'))
      }
    } finally {
      server.closeAllConnections()
      server.close()
    }
  })
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
