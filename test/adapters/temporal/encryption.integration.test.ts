import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { heartbeat } from '@temporalio/activity'
import { type Client, WorkflowFailedError } from '@temporalio/client'
import { ActivityFailure, ApplicationFailure, type DataConverter } from '@temporalio/common'
import { NativeConnection, type Worker } from '@temporalio/worker'
import type { EncryptionKey } from '../../../adapters/encryption/aes-gcm.ts'
import { encryptingConverter } from '../../../adapters/temporal/access.ts'
import { connectClient } from '../../../adapters/temporal/connect.ts'
import { runState } from '../../../adapters/temporal/run-state.ts'
import { verdictMessageSchema } from '../../../contracts/messages.ts'
import { until } from '../../support/gate-world.ts'
import { guardedWorker } from '../../support/guarded-worker.ts'
import { servers } from '../../support/servers.ts'

const address = servers().temporal
const namespace = 'default'
const taskQueue = `encrypted-${randomBytes(4).toString('hex')}`
const connection = await NativeConnection.connect({ address })
const raw = await connectClient({ address, namespace })
const clients: Client[] = [raw]
after(async () => {
  for (const client of clients) await client.connection.close()
  await connection.close()
})

const keyOf = (id: string): EncryptionKey => ({ id, key: randomBytes(32) })
const [oldKey, newKey] = [keyOf('2026-01'), keyOf('2026-02')]
const withKeys = (...keys: [EncryptionKey, ...EncryptionKey[]]) =>
  encryptingConverter(keys, namespace)

async function clientWith(dataConverter: DataConverter): Promise<Client> {
  const client = await connectClient({ address, namespace, dataConverter })
  clients.push(client)
  return client
}

/** Runs a worker with these keys while `work` goes on; the activity fails until `mended`. */
async function whileWorking<T>(
  dataConverter: DataConverter | undefined,
  work: (mend: () => void) => Promise<T>,
): Promise<T> {
  let mended = false
  const worker: Worker = await guardedWorker({
    connection,
    namespace,
    taskQueue,
    ...(dataConverter && { dataConverter }),
    workflowsPath: fileURLToPath(new URL('../../support/marked-workflow.ts', import.meta.url)),
    activities: {
      say: async ({ mark }: { mark: string }) => {
        heartbeat({ stage: mark })
        if (!mended) throw ApplicationFailure.create({ message: mark, details: [{ mark }] })
        return { said: mark }
      },
    },
    shutdownGraceTime: '1s',
  })
  const running = worker.run()
  try {
    return await work(() => {
      mended = true
    })
  } finally {
    worker.shutdown()
    await running
  }
}

/** All text and bytes of an answer of the server, as one text: also what lies in bytes within bytes. */
function allTextIn(value: unknown): string {
  if (typeof value === 'string') return value
  if (value instanceof Uint8Array) return Buffer.from(value).toString('latin1')
  if (typeof value !== 'object' || value === null) return ''
  return Object.values(value).map(allTextIn).join('\n')
}

/** Everything that the server keeps of a workflow, as it keeps it, by kind of event; `described` besides. */
async function kept(workflowId: string): Promise<Record<string, string>> {
  const execution = { workflowId }
  const { history } = await raw.workflowService.getWorkflowExecutionHistory({
    namespace,
    execution,
  })
  const described = await raw.workflowService.describeWorkflowExecution({ namespace, execution })
  const places: Record<string, string> = { described: allTextIn(described) }
  for (const event of history?.events ?? []) {
    const name = Object.keys(event).find((key) => key.endsWith('EventAttributes')) ?? ''
    const kind = name.replace(/EventAttributes$/, '')
    places[kind] = `${places[kind] ?? ''}\n${allTextIn(event)}`
  }
  return places
}

interface Told {
  readonly workflowId: string
  readonly mark: string
}

/** A run that goes by every place where something is kept, up to where it waits for a second signal. */
async function openRun(client: Client, mend: () => void): Promise<Told> {
  const mark = `mark-${randomBytes(6).toString('hex')}`
  const workflowId = `${taskQueue}/${randomBytes(4).toString('hex')}`
  const handle = await client.workflow.start('marked', {
    ...{ workflowId, taskQueue, args: [{ mark }], memo: { early: mark } },
    staticSummary: mark,
    staticDetails: mark,
  })
  await handle.signal('tell', { mark })
  await until(async () => (await pending(client, workflowId)) !== null)
  assert.deepEqual(await pending(client, workflowId), { state: 'running', trouble: mark })
  mend()
  assert.equal(await handle.executeUpdate('ask', { args: [{ mark }] }), `heard ${mark}`)
  await until(async () => 'childWorkflowExecutionCompleted' in (await kept(workflowId)))
  assert.deepEqual(await handle.query('told'), [mark])
  return { workflowId, mark }
}

/** As the gateway tells people how a run stands; null while its activity has not failed. */
async function pending(client: Client, workflowId: string) {
  const found = await runState({ client, prefix: '' }, workflowId, verdictMessageSchema)
  return found?.state === 'running' && found.trouble === null ? null : found
}

test('without encryption the mark lies open in every place that is looked at', async () => {
  await whileWorking(undefined, async (mend) => {
    const { workflowId, mark } = await openRun(raw, mend)
    const places = await kept(workflowId)
    const open = Object.keys(places).filter((place) => places[place]?.includes(mark))
    assert.deepEqual(open.sort(), [
      'activityTaskCompleted',
      'activityTaskScheduled',
      // The activity's last failure; and the memo, which `described` has too.
      'activityTaskStarted',
      'childWorkflowExecutionCompleted',
      'described',
      'startChildWorkflowExecutionInitiated',
      'workflowExecutionSignaled',
      'workflowExecutionStarted',
      'workflowExecutionUpdateAccepted',
      'workflowExecutionUpdateCompleted',
      'workflowPropertiesModified',
    ])
    await raw.workflow.getHandle(workflowId).terminate()
  })
})

test('with encryption the mark is nowhere, and a client with the key reads all of it', async () => {
  const converter = withKeys(oldKey)
  const client = await clientWith(converter)
  await whileWorking(converter, async (mend) => {
    const { workflowId, mark } = await openRun(client, mend)
    const handle = client.workflow.getHandle(workflowId)
    await handle.signal('tell', { mark })
    assert.deepEqual(await handle.result(), { result: `${mark} ${mark} ${mark}` })
    assert.deepEqual((await handle.describe()).memo, { early: mark, later: mark })
    const places = await kept(workflowId)
    assert.ok(Object.keys(places).length >= 10)
    assert.deepEqual(
      Object.keys(places).filter((place) => places[place]?.includes(mark)),
      [],
    )
  })
})

test('failures say nothing either: message, details, stack and cause, nor what is tried again', async () => {
  const converter = withKeys(oldKey)
  const client = await clientWith(converter)
  await whileWorking(converter, async () => {
    const mark = `mark-${randomBytes(6).toString('hex')}`
    const workflowId = `${taskQueue}/${randomBytes(4).toString('hex')}`
    const handle = await client.workflow.start('markedFailure', {
      ...{ workflowId, taskQueue, args: [{ mark }] },
    })
    const failure = await handle.result().catch((error: unknown) => error)
    assert.ok(failure instanceof WorkflowFailedError)
    assert.equal(failure.cause?.message, `it is ${mark}`)
    assert.deepEqual((failure.cause as ApplicationFailure).details, [{ mark }])
    const inner = failure.cause?.cause
    assert.ok(inner instanceof ActivityFailure && inner.cause instanceof ApplicationFailure)
    assert.equal(inner.cause.message, mark)
    const places = await kept(workflowId)
    const text = Object.values(places).join('\n')
    assert.doesNotMatch(text, new RegExp(mark))
    assert.doesNotMatch(text, /marked-workflow|encryption\.integration/, 'a stack')
    // The type stays: the server decides by it whether to try again.
    assert.match(text, /MARKED/)
  })
})

test('schedules encrypt what they will start', async () => {
  const client = await clientWith(withKeys(oldKey))
  const mark = `mark-${randomBytes(6).toString('hex')}`
  const scheduleId = `${taskQueue}/schedule`
  const handle = await client.schedule.create({
    scheduleId,
    spec: { intervals: [{ every: '1 day' }] },
    action: { type: 'startWorkflow', workflowType: 'marked', taskQueue, args: [{ mark }] },
    memo: { mark },
    state: { paused: true },
  })
  try {
    const stored = await raw.workflowService.describeSchedule({ namespace, scheduleId })
    assert.doesNotMatch(allTextIn(stored), new RegExp(mark))
    assert.deepEqual((await handle.describe()).action.args, [{ mark }])
  } finally {
    await handle.delete()
  }
})

test('keys rotate under an open workflow: what either encrypted is read, and an unknown one stops nothing for good', async () => {
  const client = await clientWith(withKeys(oldKey))
  const { workflowId, mark } = await whileWorking(withKeys(oldKey), (mend) => openRun(client, mend))

  // A process that lacks the key says which one, and the run waits.
  const ignorant = await clientWith(withKeys(newKey))
  await assert.rejects(
    ignorant.workflow
      .getHandle(workflowId)
      .describe()
      .then(({ memo }) => memo),
    {
      code: 'TEMPORAL_KEY_UNKNOWN',
      message: /"2026-01"/,
    },
  )
  await whileWorking(withKeys(newKey), async () => {
    await ignorant.workflow.getHandle(workflowId).signal('tell', { mark: 'second' })
    await until(async () => 'workflowTaskFailed' in (await kept(workflowId)))
    const execution = { workflowId }
    const { workflowExecutionInfo: info } = await raw.workflowService.describeWorkflowExecution({
      namespace,
      execution,
    })
    // Neither failed nor ended: temporal.api.enums.v1.WorkflowExecutionStatus.RUNNING.
    assert.equal(info?.status, 1)
  })

  const rotated = withKeys(newKey, oldKey)
  await whileWorking(rotated, async () => {
    const both = await clientWith(rotated)
    const result = await both.workflow.getHandle(workflowId).result()
    assert.deepEqual(result, { result: `${mark} ${mark} second` })
    const { history } = await raw.workflowService.getWorkflowExecutionHistory({
      ...{ namespace, execution: { workflowId } },
    })
    const text = allTextIn(history)
    assert.match(text, /2026-01/)
    assert.match(text, /2026-02/)
    assert.doesNotMatch(text, new RegExp(mark))
  })
})
