import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Place } from '../../contracts/gate-policy.ts'
import { type CheckedAnswer, type Gate, judgeAnswer } from '../../policies/gate.ts'
import { fillPlaces, fits, type Member, peopleNeeded } from '../../policies/quorum.ts'
import { mulberry32 } from '../support/mulberry32.ts'

const random = mulberry32(20_261_127)
const below = (n: number): number => Math.floor(random() * n)
const some = (names: readonly string[]): string[] => names.filter(() => random() < 0.5)
const shuffled = <T>(values: readonly T[]): T[] =>
  values
    .map((value) => ({ value, key: random() }))
    .sort((left, right) => left.key - right.key)
    .map(({ value }) => value)

function anyPlaces(): Place[] {
  return Array.from({ length: 1 + below(3) }, () => {
    const role = random() < 0.6 ? ['approver', 'operator'][below(2)] : undefined
    const group = role === undefined || random() < 0.3 ? ['risk', 'business'][below(2)] : undefined
    return { ...(role && { role }), ...(group && { group }), count: 1 + below(2) } as Place
  })
}

const anyPeople = (): Member[] =>
  Array.from({ length: 1 + below(7) }, (_, index) => ({
    // Now and then the same person again, as by a second account.
    person: `p${random() < 0.2 ? 0 : index}`,
    roles: some(['approver', 'operator']),
    groups: some(['risk', 'business']),
  }))

/** The most places that can be filled, by trying everything. */
function most(seats: readonly Place[], people: readonly Member[]): number {
  const [seat, ...rest] = seats
  if (seat === undefined) return 0
  const filled = people
    .filter((member) => fits(seat, member))
    .map(
      (member) =>
        1 +
        most(
          rest,
          people.filter(({ person }) => person !== member.person),
        ),
    )
  return Math.max(most(rest, people), ...filled)
}

const firstOfEach = (people: readonly Member[]): Member[] =>
  people.filter(({ person }, index) => people.findIndex((each) => each.person === person) === index)

test('as many places are filled as can be, nobody fills two, and everybody fits where they count', () => {
  for (let round = 0; round < 2_000; round++) {
    const places = anyPlaces()
    const people = anyPeople()
    const { taken, missing } = fillPlaces(places, people)
    const seats = places.flatMap((place) => Array.from({ length: place.count }, () => place))
    assert.equal(taken.length, most(seats, firstOfEach(people)))
    assert.equal(taken.length + peopleNeeded(missing), peopleNeeded(places))
    assert.equal(new Set(taken.map(({ member }) => member.person)).size, taken.length)
    for (const { place, member } of taken) assert.ok(fits(place, member))
  }
})

test('who counts for what does not depend on who came first', () => {
  for (let round = 0; round < 1_000; round++) {
    const places = anyPlaces()
    const people = firstOfEach(anyPeople())
    assert.deepEqual(fillPlaces(places, shuffled(people)), fillPlaces(places, people))
  }
})

test('a gate opens in every order of the same answers or in none, and never with too few people', () => {
  for (let round = 0; round < 1_000; round++) {
    const people = anyPeople()
    const gate: Gate = {
      ...{
        release: 'm/1',
        requestedBy: ['rule:automatic'],
        places: anyPlaces(),
        owners: [],
        standIn: null,
      },
      ...{ expiresAtMs: 1_000, evidenceDigest: 'shown', approvals: [], decided: null },
    }
    const ends = Array.from({ length: 3 }, () => {
      const end = shuffled(people).reduce(
        (before, member, index) => judgeAnswer(before, approval(member, index), 1).gate,
        gate,
      )
      if (end.decided !== null) {
        const persons = new Set(end.approvals.map(({ person }) => person))
        assert.ok(persons.size >= peopleNeeded(gate.places))
      }
      return end.decided !== null
    })
    // A person whose accounts are in different groups counts as the first that came.
    const accounts = people.length - firstOfEach(people).length
    if (accounts === 0) assert.equal(new Set(ends).size, 1)
  }
})

const approval = ({ person, roles, groups }: Member, index: number): CheckedAnswer => ({
  claims: {
    ...{ jti: `${index}`, sub: `${person}/${index}`, name: person, roles: [...roles] },
    groups: [...groups],
    ...{ release: 'm/1', digest: 'shown', answer: 'approve' as const, iat: 0, exp: 1 },
  },
  ...{ person, used: false, currentDigest: 'shown' },
})
