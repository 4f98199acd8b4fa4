import type { Gate } from './gate-state.ts'
import { fitsAny, type Member } from './quorum.ts'

/** Somebody as the gate weighs whether they asked for it themselves. */
export interface Candidate {
  /** The account. */
  readonly sub: string
  /** Whose account it is. */
  readonly person: string
  readonly groups: readonly string[]
  readonly askers: readonly string[]
}

/** A right to answer that somebody handed over, with the roles and groups of the day on which they did. */
export interface Delegated extends Member {
  readonly id: string
  readonly account: string
  readonly name: string
}

/** By whose right an answer is given; `behalf` null: by the person's own. */
export interface Right {
  readonly roles: readonly string[]
  readonly groups: readonly string[]
  readonly behalf: Delegated | null
}

/** How somebody counts as having asked for a release: themselves, or as one of the owners; null: not at all. */
export function asAsker(
  { requestedBy, owners }: Pick<Gate, 'requestedBy' | 'owners'>,
  { sub, person, groups, askers }: Candidate,
): { readonly owner: string | null } | null {
  const names = [sub, person]
  if (names.some((name) => requestedBy.includes(name) || askers.includes(name))) {
    return { owner: null }
  }
  if (!requestedBy.some((asker) => asker.startsWith('rule:'))) return null
  const owner = owners.find((each) => names.includes(each) || groups.includes(each))
  return owner === undefined ? null : { owner }
}

/** Whether somebody counts already by any of these names: they, or somebody for them, or they for somebody. */
export const hasApproved = ({ approvals }: Pick<Gate, 'approvals'>, names: readonly string[]) =>
  approvals.some(({ person, account, behalf }) =>
    [person, account, behalf?.person, behalf?.account].some(
      (name) => name !== undefined && names.includes(name),
    ),
  )

/**
 * One's own right where there is one, else the first that was handed over and counts for something; null: none. What was
 * received cannot be handed on: a delegation holds only the roles and groups of whoever made it.
 */
export function rightOf(
  gate: Pick<Gate, 'places' | 'standIn' | 'approvals' | 'requestedBy' | 'owners'>,
  own: Pick<Member, 'roles' | 'groups'>,
  delegations: readonly Delegated[],
  askers: readonly string[],
): Right | null {
  if (fitsAny(gate.places, own, gate.standIn)) return { ...own, behalf: null }
  const fitting = delegations.filter((each) => fitsAny(gate.places, each, gate.standIn))
  const free = ({ person, account, groups }: Delegated) =>
    !hasApproved(gate, [person, account]) &&
    asAsker(gate, { sub: account, person, groups, askers }) === null
  const behalf = fitting.find(free) ?? fitting[0]
  if (behalf === undefined) return null
  return { roles: behalf.roles, groups: behalf.groups, behalf }
}
