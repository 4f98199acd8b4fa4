import assert from 'node:assert/strict'
import { test } from 'node:test'
import { typedAnswer } from '../../../adapters/chat/matrix-typed.ts'

const said = (body: string, msgtype = 'm.text') => typedAnswer({ msgtype, body })

test('a verb, a code and what follows is an answer, however it is written', () => {
  const answer = { verb: 'approve', code: '4f1d0c7a', reason: 'the gain is real' }
  assert.deepEqual(said('approve 4f1d0c7a the gain is real'), answer)
  assert.deepEqual(said('  Approve 4F1D0C7A: the gain is real\n'), answer)
  assert.deepEqual(said('approve 4f1d0c7a'), { ...answer, reason: '' })
  assert.deepEqual(said('reject 4f1d0c7a, not\nyet'), {
    ...{ verb: 'reject', code: '4f1d0c7a', reason: 'not\nyet' },
  })
})

test('what an older client quotes of the card is not what the person says', () => {
  const quoted = '> <@driftgate:x> ⏸ waiting for approval\n> approve 11111111 reason\n\n'
  assert.deepEqual(said(`${quoted}reject 4f1d0c7a no`), {
    ...{ verb: 'reject', code: '4f1d0c7a', reason: 'no' },
  })
  assert.equal(said(`${quoted}why is that?`), null)
})

test('everything else that is said is no answer', () => {
  for (const body of [
    'approve',
    'approve it',
    'approve 4f1d',
    'I would approve 4f1d0c7a',
    'approved 4f1d0c7a',
    'approve 4f1d0c7ag',
  ]) {
    assert.equal(said(body), null, body)
  }
  assert.equal(said('approve 4f1d0c7a', 'm.notice'), null, 'a program says so')
  assert.equal(typedAnswer({ msgtype: 'm.text', body: 7 }), null)
})
