import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type EstimateTask, estimated, estimatedHere } from '../../activities/estimated-apart.ts'
import { PredictedRows } from '../../judging/performance/predicted-rows.ts'
import { fitted, judgedSettings, type WorldRow } from '../support/estimate-worlds.ts'
import { mulberry32, normal } from '../support/mulberry32.ts'

const next = mulberry32(17)
const { labels } = judgedSettings({ task: 'regression' })

/** Numbers foretold of one input, whose errors grow with it. */
const draw = (rows: number, centre: number): WorldRow[] =>
  Array.from({ length: rows }, (_, i) => {
    const x = normal(next, centre)
    return { id: `r${i}`, score: 3 * x, label: 3 * x + normal(next) * (1 + x * x), values: [x] }
  })

const { estimator, reference } = fitted(
  draw(400, 0),
  [{ name: 'x' }],
  judgedSettings({ task: 'regression' }),
)

/** A window whose inputs lie elsewhere. */
function shiftedWindow(): EstimateTask {
  const rows = draw(300, 1)
  const predicted = new PredictedRows(labels)
  for (const { score } of rows) {
    predicted.add({ version: '1', prediction: null, segments: ['plan=a'], score })
  }
  const sample = rows.map((row) => ({ ...row, segments: ['plan=a'] }))
  const standing = { estimator, missing: '', isReference: false, sample, reference, seed: 'one' }
  const groups = predicted.groups()
  return { groups, labels, standings: new Map([['1', standing]]), earlier: groups.map(() => []) }
}

test('a thread estimates a shifted window to the same bytes, and this thread goes on meanwhile', async () => {
  const task = shiftedWindow()
  const here = estimatedHere(task)
  assert.ok(here[0]?.weighted != null, 'its inputs are told from those of the reference')
  let beats = 0
  const beat = setInterval(() => beats++, 2)
  const there = await estimated(task)
  clearInterval(beat)
  assert.equal(JSON.stringify(there), JSON.stringify(here))
  assert.ok(beats > 3, `${beats} beats`)
})

test('an abort ends it', async () => {
  const abort = new AbortController()
  const estimating = estimated(shiftedWindow(), abort.signal)
  setTimeout(() => abort.abort(new Error('the scan was cancelled')), 10)
  await assert.rejects(estimating, /the scan was cancelled/)
})
