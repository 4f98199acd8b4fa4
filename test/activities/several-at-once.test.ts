import assert from 'node:assert/strict'
import { test } from 'node:test'
import { severalAtOnce } from '../../activities/several-at-once.ts'

/** Asks that are answered when the test says so. */
function questions() {
  const asked: { readonly of: number; readonly answer: (text: string) => void }[] = []
  const fail: (() => void)[] = []
  const ask = (of: number) =>
    new Promise<string>((resolve, reject) => {
      asked.push({ of, answer: resolve })
      fail.push(() => reject(new Error(`no ${of}`)))
    })
  return { asked, fail, ask }
}

const turn = () => new Promise((done) => setImmediate(done))

test('answers come in the order of the questions, of which only so many are open at a time', async () => {
  const { asked, ask } = questions()
  const all = severalAtOnce([10, 11, 12, 13, 14], 2, ask)
  await turn()
  assert.deepEqual(
    asked.map(({ of }) => of),
    [10, 11],
  )
  for (let at = 1; at < 5; at++) {
    asked[at]?.answer(`of ${asked[at]?.of}`)
    await turn()
    assert.equal(asked.length, Math.min(5, at + 2))
  }
  asked[0]?.answer('of 10')
  assert.deepEqual(await all, ['of 10', 'of 11', 'of 12', 'of 13', 'of 14'])
})

test('after a failure nothing further is asked', async () => {
  const { asked, fail, ask } = questions()
  const all = severalAtOnce([1, 2, 3, 4], 2, ask)
  await turn()
  fail[1]?.()
  await assert.rejects(all, /no 2/)
  asked[0]?.answer('one')
  await turn()
  assert.equal(asked.length, 2)
})

test('of nothing there is no answer', async () => {
  assert.deepEqual(await severalAtOnce([], 4, async () => 1), [])
})
