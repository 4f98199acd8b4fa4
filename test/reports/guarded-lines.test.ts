import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { GuardedCounts, GuardedInputs } from '../../contracts/guarded-inputs.ts'
import { guardedLines } from '../../reports/guarded-lines.ts'

const of = (outcomes: Record<string, number>, causes: Record<string, number> = {}): GuardedCounts =>
  ({
    inputs: Object.values(outcomes).reduce((sum, inputs) => sum + inputs, 0),
    outcomes: Object.entries(outcomes).map(([outcome, inputs]) => ({
      ...{ outcome, inputs },
      causes:
        outcome === 'refuse'
          ? Object.entries(causes).map(([cause, inputs]) => ({ cause, inputs }))
          : [],
    })),
  }) as GuardedCounts

const guarded = (counts: GuardedCounts, more: Partial<GuardedInputs> = {}) => ({
  guarded: { ...counts, segments: {}, killed: [], ...more },
})

test('where nothing came to the guard nothing is said', () => {
  assert.deepEqual(guardedLines({}), [])
})

test('outcomes with their causes, and that refused inputs are no rows of the window', () => {
  const causes = { 'wrong type': 30, missing: 15 }
  assert.deepEqual(guardedLines(guarded(of({ accept: 1_960, refuse: 40 }, causes))), [
    'guard: 2,000 inputs: 1,960 accepted, 40 refused (wrong type 30, missing 15); refused inputs never reached the model and are not among the rows',
  ])
})

test('where none was refused nothing is missing among the rows', () => {
  assert.deepEqual(guardedLines(guarded(of({ accept: 1 }))), ['guard: 1 input: 1 accepted'])
  const others = of({ clean: 2, flag: 3, unjudged: 4 })
  assert.deepEqual(guardedLines(guarded(others)), [
    'guard: 9 inputs: 2 cleaned, 3 flagged, 4 passed unjudged',
  ])
})

test('the five segments with the largest shares are named, quiet ones are not, and the rest is counted', () => {
  const segments = {
    'plan=quiet': of({ accept: 100 }),
    'plan=one': of({ accept: 99, refuse: 1 }),
    'plan=half': of({ accept: 50, refuse: 20, flag: 30 }),
    'plan=flagged': of({ accept: 90, flag: 10 }),
    'plan=two': of({ accept: 98, refuse: 2 }),
    'plan=three': of({ accept: 97, refuse: 3 }),
    'plan=four': of({ accept: 96, refuse: 4 }),
    'plan=five': of({ accept: 95, refuse: 5 }),
  }
  const [, line, ...none] = guardedLines(guarded(of({ accept: 1 }), { segments }))
  assert.deepEqual(none, [])
  assert.equal(
    line,
    'guard by segment: plan=half 20 refused and 30 flagged of 100 (50.0 %); plan=flagged 10 flagged of 100 (10.0 %); plan=five 5 refused of 100 (5.0 %); plan=four 4 refused of 100 (4.0 %); plan=three 3 refused of 100 (3.0 %); and 2 more',
  )
})

test('guards that were killed are told, since what they judged last is not counted', () => {
  const at = ['2024-05-01T10:00:00.000Z', '2024-05-01T11:00:00.000Z']
  const [, one] = guardedLines(guarded(of({ accept: 1 }), { killed: at.slice(0, 1) }))
  assert.match(one ?? '', /^a guard was killed at about 2024-05-01 10:00.*last second/)
  const [, two] = guardedLines(guarded(of({ accept: 1 }), { killed: at }))
  assert.match(two ?? '', /^2 guards were killed, the first at about 2024-05-01 10:00/)
})
