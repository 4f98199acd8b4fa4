import assert from 'node:assert/strict'
import { test } from 'node:test'
import { approvalSettings } from '../../contracts/approval-settings.ts'
import type { Place } from '../../contracts/gate-policy.ts'
import { type GateRules, rulesOf } from '../../contracts/gate-rules.ts'
import { comparePolicies } from '../../policies/policy-change.ts'
import { fillPlaces, type Member } from '../../policies/quorum.ts'
import { mulberry32 } from '../support/mulberry32.ts'

const surroundings = {
  nowMs: Date.parse('2026-11-27T12:00:00Z'),
  claimed: false,
  handedTo: ['Carl'],
}
const gate = (approval: object, changes: Partial<GateRules> = {}): GateRules => ({
  ...rulesOf(
    { gate: { freeze: [], quietHours: [] }, people: {} },
    { critical: true, owners: ['lending'], approval: approvalSettings.parse(approval) },
  ),
  ...changes,
})
const compare = (before: GateRules, after: GateRules, changes: object = {}) =>
  comparePolicies(before, after, { ...surroundings, ...changes })
const change = (before: object, after: object, to: Partial<GateRules> = {}) =>
  compare(gate(before), gate(after, to))

test('each way to ask for less, or for others, is a loosening, and its way back is not', () => {
  const both = [{ role: 'approver' }, { group: 'risk' }]
  const pairs: [object, object, RegExp][] = [
    [{ required: 2 }, { required: 1 }, /1 person with the role approver instead of 2 people/],
    [{ quorum: both }, { required: 2 }, /2 people with the role approver instead of/],
    [
      { quorum: [{ role: 'a', group: 'g' }] },
      { quorum: [{ role: 'a' }] },
      /with the role a instead/,
    ],
    [{ expiry: '1d' }, { expiry: '2d' }, /expires after 2d instead of 1d/],
    [{}, { onExpiry: 'ask-again' }, /nobody decides is asked once more/],
    [{}, { ownersMayApprove: true }, /lending may approve what a rule asks for/],
    [{}, { escalation: { after: '1h', role: 'head' } }, /the role head may stand in/],
    [
      { escalation: { after: '2h', role: 'head' } },
      { escalation: { after: '1h', role: 'head' } },
      /others are asked after 1h instead of 2h/,
    ],
    [{}, { breakGlass: { role: 'lead' } }, /the role lead may break the glass/],
    [
      { breakGlass: { role: 'lead', review: '1d' } },
      { breakGlass: { role: 'lead', review: '2d' } },
      /reviewed within 2d instead of 1d/,
    ],
    [
      { freeze: [{ from: '22:00', until: '07:00' }] },
      {},
      /from 22:00 to 07:00 is no freeze any more/,
    ],
  ]
  for (const [tight, loose, what] of pairs) {
    const to = change(tight, loose)
    assert.equal(to.direction, 'looser')
    assert.match(to.differences.map((each) => each.what).join('; '), what)
    const back = change(loose, tight)
    // Other people on both sides: neither way is a mere tightening.
    assert.equal(back.direction, 'quorum' in tight && 'required' in loose ? 'looser' : 'tighter')
  }
})

test('looser in one point and tighter in another is looser', () => {
  const { direction, differences } = change({ required: 1 }, { required: 2, expiry: '30d' })
  assert.equal(direction, 'looser')
  assert.deepEqual(differences.map((each) => each.direction).sort(), ['looser', 'tighter'])
})

test('what changes nothing of who and when is no change: channels, quiet hours, another way of writing', () => {
  assert.equal(
    change({ required: 1 }, { quorum: [{ role: 'approver' }], channel: 'x' }).direction,
    'same',
  )
  const quietHours = [{ from: '20:00', until: '08:00' }]
  assert.equal(
    change({}, { quietHours, escalation: { after: '1h', channel: 'x' } }).direction,
    'same',
  )
})

test('a model that is not critical any more is looser, and what its gate would ask for does not matter then', () => {
  assert.equal(change({}, {}, { critical: false }).direction, 'looser')
  const rule = (approval: object) => gate(approval, { critical: false })
  assert.equal(compare(rule({ required: 2 }), rule({ required: 1 })).direction, 'same')
  assert.equal(compare(rule({}), gate({})).direction, 'tighter')
})

const random = mulberry32(6)
const below = (n: number): number => Math.floor(random() * n)
const anyPlaces = (): Place[] => {
  const kinds = [{ role: 'a' }, { role: 'b' }, { group: 'g' }, { role: 'a', group: 'g' }]
  const chosen = kinds.filter(() => random() < 0.5)
  return (chosen.length > 0 ? chosen : [{ role: 'a' }]).map((each) => ({
    ...each,
    count: 1 + below(2),
  }))
}
const some = (names: string[]) => names.filter(() => random() < 0.5)
const opens = (places: readonly Place[], people: readonly Member[]) =>
  fillPlaces(places, people).missing.length === 0

test('a quorum that is no looser is opened by nobody who could not open the old one, and a looser one is by somebody', () => {
  const found = { looser: 0, tighter: 0, same: 0 }
  for (let round = 0; round < 400; round++) {
    const [before, after] = [anyPlaces(), anyPlaces()]
    const { direction } = change({ quorum: before }, { quorum: after })
    found[direction]++
    let openedOnlyNow = 0
    for (let trial = 0; trial < 200; trial++) {
      const people = Array.from({ length: below(8) }, (_, index) => ({
        ...{ person: `p${index}`, roles: some(['a', 'b']), groups: some(['g']) },
      }))
      if (opens(after, people) && !opens(before, people)) openedOnlyNow++
    }
    if (direction !== 'looser') assert.equal(openedOnlyNow, 0)
    // Every way of comparing back and forth agrees.
    const back = change({ quorum: after }, { quorum: before }).direction
    if (direction === 'same') assert.equal(back, 'same')
    if (direction === 'tighter') assert.equal(back, 'looser')
  }
  assert.ok(found.looser > 50 && found.tighter > 20 && found.same > 5, JSON.stringify(found))
})

test('a freeze that is over, lies within another, or only has another reason ends nothing', () => {
  const span = (from: string, until: string) => ({
    from: `${from}T00:00:00Z`,
    until: `${until}T00:00:00Z`,
  })
  const over = { freeze: [span('2026-01-01', '2026-02-01')] }
  assert.equal(change(over, {}).direction, 'same')
  const short = { freeze: [span('2026-12-20', '2027-01-03')] }
  const long = { freeze: [span('2026-12-19', '2027-01-04')] }
  assert.equal(change(short, long).direction, 'tighter')
  assert.equal(change(long, short).direction, 'looser')
  const said = { freeze: [{ ...span('2026-12-20', '2027-01-03'), reason: 'year end' }] }
  assert.equal(change(short, said).direction, 'same')
})

test('a freeze counts where nobody is asked, too', () => {
  const freeze = [{ from: '22:00', until: '07:00' }]
  const rule = (approval: object) => gate(approval, { critical: false })
  assert.equal(compare(rule({ freeze }), rule({})).direction, 'looser')
})

test('a model that becomes critical is tighter, whatever its gate asks for', () => {
  const rule = gate({ required: 3 }, { critical: false })
  assert.equal(compare(rule, gate({ required: 1 })).direction, 'tighter')
})
