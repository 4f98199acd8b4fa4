import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { DataConverter, Payload } from '@temporalio/common'
import { bundleWorkflowCode, DefaultLogger, Runtime, Worker } from '@temporalio/worker'
import type { EncryptionKey } from '../../adapters/encryption/aes-gcm.ts'
import { encryptingConverter } from '../../adapters/temporal/access.ts'
import { encryptingCodec } from '../../adapters/temporal/payload-codec.ts'

Runtime.install({ logger: new DefaultLogger('ERROR') })
const folder = fileURLToPath(new URL('./replay', import.meta.url))
const workflowsPath = fileURLToPath(new URL('../../workflows/index.ts', import.meta.url))
const files = readdirSync(folder).filter((name) => name.endsWith('.json'))

test('there is a recorded history of every workflow', () => {
  const recorded = files.map((name) => name.replace(/(-\d+)?\.json$/, ''))
  const exported = [...readFileSync(workflowsPath, 'utf8').matchAll(/^export \{ (\w+) \}/gm)]
  assert.ok(exported.length > 10)
  assert.deepEqual([...new Set(recorded)].sort(), exported.map(([, name]) => name).sort())
})

test('every recorded history replays: what waits in production goes on after a deploy', async () => {
  const workflowBundle = await bundleWorkflowCode({
    workflowsPath,
    logger: new DefaultLogger('ERROR'),
  })
  const histories = files.map((name) => ({
    workflowId: name.replace(/\.json$/, ''),
    history: JSON.parse(readFileSync(`${folder}/${name}`, 'utf8')) as unknown,
  }))
  const failed: string[] = []
  for await (const { workflowId, error } of Worker.runReplayHistories(
    { workflowBundle },
    (async function* () {
      yield* histories
    })(),
  )) {
    if (error !== undefined) failed.push(`${workflowId}: ${error.message}`)
  }
  assert.deepEqual(failed, [])
})

test('among them is a gate that waits: one approval given, others asked too, nothing decided', () => {
  const text = readFileSync(`${folder}/release-3.json`, 'utf8')
  const { events } = JSON.parse(text) as { events: { eventType: string }[] }
  const types = events.map(({ eventType }) => eventType)
  assert.ok(types.some((type) => type.includes('UPDATE_COMPLETED')))
  assert.ok(!types.some((type) => type.includes('WORKFLOW_EXECUTION_COMPLETED')))
})

test('histories replay where all that was kept is encrypted, and not without its key', async () => {
  const key = { id: 'k', key: randomBytes(32) }
  const dataConverter = encryptingConverter([key], 'default')
  const workflowBundle = await bundleWorkflowCode({
    workflowsPath,
    failureConverterPath: dataConverter.failureConverterPath as string,
    logger: new DefaultLogger('ERROR'),
  })
  const some = files.filter((name) => /^(absorb|release-3|retrain|steward-3)\.json$/.test(name))
  const histories = await Promise.all(
    some.map(async (name) => ({
      workflowId: name.replace(/\.json$/, ''),
      history: await encryptedHistory(JSON.parse(readFileSync(`${folder}/${name}`, 'utf8')), key),
    })),
  )
  const replayed = async (converter: DataConverter) => {
    const failed: string[] = []
    const options = { workflowBundle, dataConverter: converter }
    for await (const { workflowId, error } of Worker.runReplayHistories(
      options,
      (async function* () {
        yield* histories
      })(),
    )) {
      if (error !== undefined) failed.push(workflowId)
    }
    return failed
  }
  assert.equal(histories.length, 4)
  assert.deepEqual(await replayed(dataConverter), [])
  const { failureConverterPath } = dataConverter
  assert.equal(
    (await replayed({ ...(failureConverterPath && { failureConverterPath }) })).length,
    histories.length,
  )
})

/** Search attributes, by which the server finds workflows, and names of patches, which its client library keeps. */
const readable = new Set(['indexedFields', 'markerRecordedEventAttributes'])

/** A history as `temporal workflow show --output json` writes it, with every payload encrypted. */
async function encryptedHistory(value: unknown, key: EncryptionKey): Promise<unknown> {
  if (typeof value !== 'object' || value === null) return value
  const { metadata, data } = value as { metadata?: Record<string, string>; data?: string }
  if (metadata?.['encoding'] === undefined) {
    const entries = Object.entries(value).map(async ([name, item]) => [
      name,
      readable.has(name) ? item : await encryptedHistory(item, key),
    ])
    const done = await Promise.all(entries)
    return Array.isArray(value) ? done.map(([, item]) => item) : Object.fromEntries(done)
  }
  const payload = {
    metadata: Object.fromEntries(
      Object.entries(metadata).map(([name, text]) => [name, Buffer.from(text, 'base64')]),
    ),
    data: Buffer.from(data ?? '', 'base64'),
  }
  const [sealed] = await encryptingCodec([key], 'default').encode([payload as Payload])
  const base64 = (bytes: Uint8Array | null | undefined) =>
    Buffer.from(bytes ?? []).toString('base64')
  const names = Object.entries(sealed?.metadata ?? {}).map(([name, bytes]) => [name, base64(bytes)])
  return { metadata: Object.fromEntries(names), data: base64(sealed?.data) }
}
