import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { bundleWorkflowCode, DefaultLogger, Runtime, Worker } from '@temporalio/worker'

Runtime.install({ logger: new DefaultLogger('ERROR') })
const folder = fileURLToPath(new URL('./replay', import.meta.url))
const workflowsPath = fileURLToPath(new URL('../../workflows/index.ts', import.meta.url))
const files = readdirSync(folder).filter((name) => name.endsWith('.json'))

test('there is a recorded history of every workflow', () => {
  const recorded = files.map((name) => name.replace(/(-\d+)?\.json$/, ''))
  assert.deepEqual([...new Set(recorded)].sort(), [
    'absorb',
    'backfill',
    'estimates',
    'labels',
    'reconcile',
    'release',
    'repair',
    'retrain',
    'review',
    'scan',
    'steward',
  ])
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
