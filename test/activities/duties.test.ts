import assert from 'node:assert/strict'
import { test } from 'node:test'
import { doDuties, inBatches } from '../../activities/duties.ts'

const failing = (message: string) => async () => {
  throw new Error(message)
}

test('all are done; what failed is named, with the first failure as the cause', async () => {
  const done: string[] = []
  const work = async () => void done.push('work')
  const duties = [
    { name: 'one', run: failing('of one') },
    { name: 'two', run: work },
    { name: 'three', run: failing('of three') },
    { name: 'four', run: work },
  ]
  await assert.rejects(doDuties(duties), (error: Error & { code: string; details: object }) => {
    assert.equal(error.code, 'HOUSEKEEPING_FAILED')
    assert.deepEqual(error.details, { duties: 'one, three', of: 4, first: 'of one' })
    assert.equal((error.cause as Error).message, 'of one')
    return true
  })
  assert.equal(done.length, 2)
  await doDuties([{ name: 'two', run: work }])
})

test('an abort ends the round at once, and is what is thrown', async () => {
  const abort = new AbortController()
  const stopped = new Error('the worker stops')
  const later: string[] = []
  const duties = [
    {
      name: 'one',
      async run() {
        abort.abort(stopped)
        throw new Error('as its connection was cut')
      },
    },
    { name: 'two', run: async () => void later.push('two') },
  ]
  await assert.rejects(doDuties(duties, abort.signal), stopped)
  assert.deepEqual(later, [])
})

test('batches end with one that finds nothing, with the time, or with an abort', async () => {
  let left = 12_000
  const remove = async (most: number) => {
    const gone = Math.min(most, left)
    left -= gone
    return gone
  }
  assert.equal(await inBatches(remove, { forMs: 0 }), 5_000, 'one is always done')
  let steps = 0
  assert.equal(await inBatches(remove, { forMs: 60_000, onStep: () => steps++ }), 7_000)
  assert.equal(steps, 3)
  left = 20_000
  const abort = new AbortController()
  const cut = inBatches(remove, {
    forMs: 60_000,
    signal: abort.signal,
    onStep: () => abort.abort(new Error('stop')),
  })
  await assert.rejects(cut, /stop/)
  assert.equal(left, 15_000)
})
