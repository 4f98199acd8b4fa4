import { quorumOf } from '../contracts/approval-settings.ts'
import { formatDuration } from '../contracts/duration.ts'
import { needsInWords, type Place, placesInWords } from '../contracts/gate-policy.ts'
import type { GateRules } from '../contracts/gate-rules.ts'
import type { PolicyDifference } from '../contracts/policy-change.ts'
import { freezes } from './freeze-change.ts'
import { peopleChange } from './people-change.ts'
import { looser, type Rule, type Surroundings, tighter } from './policy-difference.ts'
import { fillPlaces, fits, type Member } from './quorum.ts'

export interface PolicyChange {
  /** Looser in one point and tighter in another is looser. */
  readonly direction: 'same' | 'tighter' | 'looser'
  readonly differences: readonly PolicyDifference[]
}

/**
 * How one gate differs from another, by what it lets through: a partial order. Of quorums that is exact: the new one is
 * no looser when whoever opens it opens the old one, which is so when people who have just what its places ask for do.
 */
export function comparePolicies(
  before: GateRules,
  after: GateRules,
  surroundings: Surroundings,
): PolicyChange {
  const differences = [
    ...criticality(before, after, surroundings),
    ...freezes(before, after, surroundings),
    // Where no person was asked before, or none is any more, it does not matter who would be.
    ...(before.critical && after.critical
      ? rules.flatMap((rule) => rule(before, after, surroundings))
      : []),
  ]
  const isLooser = differences.some(({ direction }) => direction === 'looser')
  return {
    direction: isLooser ? 'looser' : differences.length > 0 ? 'tighter' : 'same',
    differences,
  }
}

type Who = Pick<Place, 'role' | 'group'>

const criticality: Rule = (before, after) =>
  before.critical === after.critical
    ? []
    : after.critical
      ? [tighter('a release waits for people')]
      : [looser('a release passes by rule alone')]

const quorums: Rule = ({ approval: before }, { approval: after }) => {
  const [old, next] = [quorumOf(before), quorumOf(after)]
  const isLooser = !opens(old, peopleFor(next))
  const isTighter = !opens(next, peopleFor(old))
  const what = `${placesInWords(next)} instead of ${placesInWords(old)}`
  return isLooser ? [looser(what)] : isTighter ? [tighter(what)] : []
}

/** One person for each seat, who has just what it asks for. */
const peopleFor = (places: readonly Place[]): Member[] =>
  places.flatMap((place, index) =>
    Array.from({ length: place.count }, (_, seat) => personFor(place, `${index}/${seat}`)),
  )

const personFor = ({ role, group }: Who, person: string): Member => ({
  person,
  roles: role === undefined ? [] : [role],
  groups: group === undefined ? [] : [group],
})

const opens = (places: readonly Place[], people: readonly Member[]): boolean =>
  fillPlaces(places, people).missing.length === 0

const expiries: Rule = ({ approval: before }, { approval: after }) =>
  longer('a request expires after', before.expiry, after.expiry)

const endings: Rule = ({ approval: before }, { approval: after }) => {
  if (before.onExpiry === after.onExpiry) return []
  return after.onExpiry === 'ask-again'
    ? [looser('a request that nobody decides is asked once more')]
    : [tighter('a request that nobody decides ends')]
}

const authors: Rule = (before, after) => {
  const [old, next] = [authorsOf(before), authorsOf(after)]
  const gone = old.filter((owner) => !next.includes(owner))
  const more = next.filter((owner) => !old.includes(owner))
  return [
    ...(gone.length > 0 ? [looser(`${gone.join(', ')} may approve what a rule asks for`)] : []),
    ...(more.length > 0
      ? [tighter(`${more.join(', ')} may not approve what a rule asks for`)]
      : []),
  ]
}

const authorsOf = ({ owners, approval }: GateRules) => (approval.ownersMayApprove ? [] : owners)

const escalations: Rule = ({ approval: before }, { approval: after }) => [
  ...others('may stand in when nobody decides', before.escalation, after.escalation),
  ...(before.escalation && after.escalation
    ? sooner('others are asked after', before.escalation.after, after.escalation.after)
    : []),
]

const glasses: Rule = ({ approval: before }, { approval: after }) => [
  ...others('may break the glass', before.breakGlass, after.breakGlass),
  ...(before.breakGlass && after.breakGlass
    ? longer('a broken glass is reviewed within', before.breakGlass.review, after.breakGlass.review)
    : []),
]

/** People besides the quorum who may do something alone or in the place of others. */
function others(what: string, before: Who | undefined, after: Who | undefined): PolicyDifference[] {
  const words = (who: Who) => needsInWords([{ ...who, count: 1 }])
  if (before === undefined && after === undefined) return []
  if (before === undefined) return [looser(`whoever has ${words(after!)} ${what}`)]
  if (after === undefined) return [tighter(`nobody ${what} any more`)]
  if (!fits(before, personFor(after, ''))) {
    return [looser(`${words(after)} instead of ${words(before)} ${what}`)]
  }
  return fits(after, personFor(before, '')) ? [] : [tighter(`only ${words(after)} ${what}`)]
}

function longer(what: string, before: number, after: number): PolicyDifference[] {
  if (before === after) return []
  const words = `${what} ${formatDuration(after)} instead of ${formatDuration(before)}`
  return [after > before ? looser(words) : tighter(words)]
}

function sooner(what: string, before: number, after: number): PolicyDifference[] {
  return longer(what, before, after).map(({ direction, what: words }) =>
    direction === 'looser' ? tighter(words) : looser(words),
  )
}

const rules: readonly Rule[] = [
  quorums,
  expiries,
  endings,
  authors,
  peopleChange,
  escalations,
  glasses,
]
