import assert from 'node:assert/strict'
import { test } from 'node:test'
import { approvalSettings } from '../../contracts/approval-settings.ts'
import { rulesOf } from '../../contracts/gate-rules.ts'
import type { PeopleSettings } from '../../contracts/people-settings.ts'
import { comparePolicies } from '../../policies/policy-change.ts'

const gate = (people: PeopleSettings, owners: string[] = []) =>
  rulesOf(
    { gate: { freeze: [], quietHours: [] }, people },
    { critical: true, owners, approval: approvalSettings.parse({}) },
  )
const change = (
  before: PeopleSettings,
  after: PeopleSettings,
  { owners = [] as string[], claimed = false, handedTo = [] as string[] } = {},
) => comparePolicies(gate(before, owners), gate(after, owners), { nowMs: 0, claimed, handedTo })
const said = (changed: ReturnType<typeof change>) =>
  changed.differences.map(({ direction, what }) => `${direction}: ${what}`)

test('one person who becomes two is looser, two who become one are tighter', () => {
  const both = { ada: ['a', 'b'] }
  assert.deepEqual(said(change(both, {})), ['looser: a and b count as two people'])
  assert.deepEqual(said(change(both, { ada: ['a'], bob: ['b'] })), [
    'looser: a and b count as two people',
  ])
  assert.deepEqual(said(change({}, both)), ['tighter: a and b count as one person'])
})

test('another name for the same accounts changes nothing by itself', () => {
  assert.equal(change({ ada: ['a', 'b'] }, { 'Ada L': ['b', 'a'] }).direction, 'same')
})

test('a name by which a right was handed over gives it, and is looser', () => {
  const given = change({}, { carl: ['a', 'b'] }, { handedTo: ['Carl'] })
  assert.deepEqual(said(given).slice(0, 2), [
    'looser: a answers by what was handed to carl',
    'looser: b answers by what was handed to carl',
  ])
  assert.equal(change({}, { carl: ['a', 'carl'] }, { handedTo: ['x'] }).direction, 'tighter')
})

test('an account that leaves a person whom owners name is no account of an owner any more', () => {
  const owners = ['ada']
  assert.equal(change({ ada: ['a'] }, {}, { owners }).direction, 'looser')
  assert.equal(change({}, { ada: ['a'] }, { owners }).direction, 'same')
})

test('where the identity provider tells people apart too, an account may be taken from whom it says', () => {
  const claimed = true
  assert.equal(change({}, { ada: ['a', 'b'] }, { claimed }).direction, 'looser')
  assert.equal(change({ ada: ['a'] }, {}, { claimed }).direction, 'same')
})
