import type { PeopleSettings } from '../contracts/people-settings.ts'
import { looser, type Rule, tighter } from './policy-difference.ts'

/**
 * Whose account is whose decides who counts twice, who asked for something, and who answers for whom. Two accounts that
 * become two people are looser. So is an account that gets a name by which rights were handed over or owners are known,
 * or that is told from whoever the identity provider says it is. Two that become one person are tighter.
 */
export const peopleChange: Rule = (before, after, { claimed, handedTo }) => {
  const [old, next] = [byAccount(before.people), byAccount(after.people)]
  const apart = pairsOf(before.people).filter(([a, b]) => !areOne(next, a, b))
  const joined = pairsOf(after.people).filter(([a, b]) => !areOne(old, a, b))
  const accounts = [...new Set([...old.keys(), ...next.keys()])].sort()
  const renamed = accounts.filter((each) => old.get(each) !== next.get(each))
  const told = handedTo.map((name) => name.toLowerCase())
  const receives = renamed.filter((each) => {
    const name = next.get(each)
    return name !== undefined && name !== each && told.includes(name.toLowerCase())
  })
  const known = before.approval.ownersMayApprove ? [] : before.owners
  const leaves = renamed.filter(
    (each) => known.includes(old.get(each) ?? each) && !known.includes(each),
  )
  const unclaimed = claimed ? renamed.filter((each) => next.has(each)) : []
  return [
    ...apart.map(([a, b]) => looser(`${a} and ${b} count as two people`)),
    ...receives.map((each) => looser(`${each} answers by what was handed to ${next.get(each)}`)),
    ...leaves.map((each) => looser(`${each} is no account of the owner ${old.get(each)} any more`)),
    ...unclaimed.map((each) =>
      looser(`${each} belongs to ${next.get(each)}, whoever gateway.personClaim says it is`),
    ),
    ...joined.map(([a, b]) => tighter(`${a} and ${b} count as one person`)),
  ]
}

const areOne = (people: ReadonlyMap<string, string>, one: string, other: string) =>
  people.has(one) && people.get(one) === people.get(other)

const pairsOf = (people: PeopleSettings) =>
  Object.values(people).flatMap((accounts) =>
    accounts.flatMap((one, index) =>
      accounts.slice(index + 1).map((other) => [one, other] as const),
    ),
  )

const byAccount = (people: PeopleSettings): ReadonlyMap<string, string> =>
  new Map(
    Object.entries(people).flatMap(([person, accounts]) =>
      accounts.map((account) => [account, person] as const),
    ),
  )
