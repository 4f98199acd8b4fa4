import type { Place } from '../contracts/gate-policy.ts'

/** A person as the gate tells people apart: one, whatever number of accounts they have. */
export interface Member {
  readonly person: string
  readonly roles: readonly string[]
  readonly groups: readonly string[]
}

export interface Filled<M extends Member = Member> {
  /** Who counts for what, in the order of the places. */
  readonly taken: readonly { readonly place: Place; readonly member: M }[]
  /** What is still open. */
  readonly missing: readonly Place[]
}

export const fits = (
  { role, group }: Pick<Place, 'role' | 'group'>,
  { roles, groups }: Pick<Member, 'roles' | 'groups'>,
): boolean =>
  (role === undefined || roles.includes(role)) && (group === undefined || groups.includes(group))

/** Those who may fill any place, beside those it asks for; null: nobody. */
export type StandIn = Pick<Place, 'role' | 'group'> | null

/** Whether somebody may answer at all. */
export const fitsAny = (
  places: readonly Place[],
  member: Pick<Member, 'roles' | 'groups'>,
  standIn: StandIn = null,
): boolean => places.some((place) => fits(place, member) || isStandIn(standIn, member))

const isStandIn = (standIn: StandIn, member: Pick<Member, 'roles' | 'groups'>): boolean =>
  standIn !== null && fits(standIn, member)

/** How many people a quorum takes. */
export const peopleNeeded = (places: readonly Place[]): number =>
  places.reduce((sum, { count }) => sum + count, 0)

/**
 * Fills as many places as can be filled at once, nobody two of them: a maximum bipartite matching by augmenting
 * paths (Kuhn, 1955), so that somebody who fits several places never takes one that only another could have left free.
 * Who counts for what depends on who they are, never on the order in which they came.
 */
export function fillPlaces<M extends Member>(
  places: readonly Place[],
  members: readonly M[],
  standIn: StandIn = null,
): Filled<M> {
  const seats = places.flatMap((place) => Array.from({ length: place.count }, () => place))
  const people = distinct(members)
  const seatOf = new Map<M, number>()
  seats.forEach((_, seat) => {
    seated(seat, new Set())
  })

  function seated(seat: number, asked: Set<M>): boolean {
    for (const member of people) {
      const may = fits(seats[seat]!, member) || isStandIn(standIn, member)
      if (asked.has(member) || !may) continue
      asked.add(member)
      const present = seatOf.get(member)
      if (present !== undefined && !seated(present, asked)) continue
      seatOf.set(member, seat)
      return true
    }
    return false
  }

  const bySeat = new Map([...seatOf].map(([member, seat]) => [seat, member]))
  return {
    taken: seats.flatMap((place, seat) => {
      const member = bySeat.get(seat)
      return member === undefined ? [] : [{ place: { ...place, count: 1 }, member }]
    }),
    missing: places.flatMap((place) => {
      const open = seats.filter((each, seat) => each === place && !bySeat.has(seat)).length
      return open === 0 ? [] : [{ ...place, count: open }]
    }),
  }
}

/** Each person once, by name of the person. */
function distinct<M extends Member>(members: readonly M[]): M[] {
  const first = new Map<string, M>()
  for (const member of members) {
    if (!first.has(member.person)) first.set(member.person, member)
  }
  return [...first.values()].sort((left, right) => (left.person < right.person ? -1 : 1))
}
