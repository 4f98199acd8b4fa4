import assert from 'node:assert/strict'
import { test } from 'node:test'
import { countLabels } from '../../activities/count-labels.ts'
import type { ScanDeps } from '../../activities/scan-deps.ts'
import { closedAfter } from '../support/closed-after.ts'
import { labelledWorld, labelOf } from '../support/labelled-world.ts'
import { scanWorld } from '../support/scan-world.ts'

const from = '2001-01-02T00:00:00.000Z'
const count = (deps: ScanDeps) => countLabels(deps, { model: 'm', from })
const world = closedAfter(() => labelledWorld({ partitions: 1 }))

test('labels count once per prediction, by their event time, over all partitions', async () => {
  const { deps, sendLabels } = await world()
  assert.deepEqual(await count(deps), { labels: 0, upTo: null })
  await sendLabels([labelOf('a', '2001-01-01T23:59:59Z'), labelOf('b', from), labelOf('b', from)])
  await sendLabels([
    { ...labelOf('b', '2001-01-05T00:00:00Z'), partition: 1 },
    { ...labelOf('c', '2001-01-04T00:00:00Z'), partition: 1 },
  ])
  assert.deepEqual(await count(deps), { labels: 2, upTo: '2001-01-05T00:00:00.000Z' })
})

test('one that was withdrawn does not count', async () => {
  const { deps, sendLabels } = await world()
  await sendLabels([labelOf('a', from), labelOf('b', from)])
  await sendLabels([{ key: 'a', value: null }])
  assert.deepEqual(await count(deps), { labels: 1, upTo: from })
})

test('what the ledger holds is not read again, also by several askers at once', async () => {
  const { deps, sendLabels } = await world()
  await sendLabels(Array.from({ length: 500 }, (_, i) => labelOf(`p${i}`, from)))
  const asked = await Promise.all([count(deps), count(deps), count(deps)])
  assert.deepEqual(asked.at(-1), { labels: 500, upTo: from })
  await sendLabels([labelOf('p1', from), labelOf('new', from)])
  let read = 0
  const log = {
    ...deps.log,
    async *read(input: Parameters<ScanDeps['log']['read']>[0]) {
      for await (const batch of deps.log.read(input)) {
        read += batch.records.length
        yield batch
      }
    },
  }
  assert.equal((await count({ ...deps, log })).labels, 501)
  assert.equal(read, 2)
})

test('a model without a label topic has no labels', async () => {
  const without = await scanWorld({ partitions: 1, labels: null })
  try {
    assert.deepEqual(await count(without.deps), { labels: 0, upTo: null })
  } finally {
    await without.close()
  }
})
