import assert from 'node:assert/strict'
import { test } from 'node:test'
import { allTo, type Traffic } from '../../contracts/traffic.ts'
import { foreignMoveSentence, judgeTarget, type TargetLook } from '../../policies/foreign-move.ts'

const one = allTo('1')
const two = allTo('2')
const three = allTo('3')
const look = (changes: Partial<TargetLook>) =>
  judgeTarget({
    ...{ recorded: one, moving: null, found: one, open: null, acknowledgedBy: null },
    ...changes,
  })

test('what the record says is no trouble, whatever was found before', () => {
  assert.deepEqual(look({}), { kind: 'as-recorded' })
  assert.deepEqual(look({ open: two }), { kind: 'as-recorded' })
})

test('the first version that is found is nobody’s move, and nothing is none', () => {
  assert.deepEqual(look({ recorded: null }), { kind: 'first' })
  assert.deepEqual(look({ recorded: null, found: allTo(null) }), { kind: 'as-recorded' })
})

test('a move of ours whose end nobody wrote down yet is no other hand, but a third state is', () => {
  assert.deepEqual(look({ moving: two, found: two }), { kind: 'moving' })
  assert.deepEqual(look({ moving: two, found: one }), { kind: 'as-recorded' })
  assert.deepEqual(look({ moving: two, found: three }), { kind: 'foreign', isNew: true })
})

test('shares and shadows that nobody of ours set are a move too', () => {
  const canary: Traffic = { ...one, canary: { version: '2', percent: 5 } }
  const more: Traffic = { ...one, canary: { version: '2', percent: 50 } }
  assert.equal(look({ found: canary }).kind, 'foreign')
  assert.equal(look({ recorded: canary, found: more }).kind, 'foreign')
  assert.equal(look({ found: { ...one, shadow: '2' } }).kind, 'foreign')
  assert.equal(look({ recorded: canary, found: { ...canary } }).kind, 'as-recorded')
})

test('a move by hand lasts until a person takes notice, which makes it the record', () => {
  assert.deepEqual(look({ found: two, open: two }), { kind: 'foreign', isNew: false })
  assert.deepEqual(look({ found: two, open: two, acknowledgedBy: 'Ann' }), {
    ...{ kind: 'accepted', by: 'Ann' },
  })
})

test('what was acknowledged was that move, not the next one', () => {
  assert.deepEqual(look({ found: three, open: two }), { kind: 'foreign', isNew: true })
  assert.deepEqual(look({ found: three, open: two, acknowledgedBy: 'Ann' }), {
    kind: 'foreign-again',
  })
})

test('people read from what to what', () => {
  assert.equal(
    foreignMoveSentence(one, { ...one, canary: { version: '2', percent: 5 } }),
    'somebody moved the traffic and no release did: from version 1 to version 1, 5 % to version 2',
  )
})
