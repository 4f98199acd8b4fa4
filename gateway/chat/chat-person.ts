import type { Person } from '../../adapters/identity/index.ts'
import { findAccount } from '../../adapters/postgres/chat-accounts.ts'
import { lastSignIn } from '../../adapters/postgres/sign-ins.ts'
import { accountName, type ChatAnswer, type Via } from '../../contracts/chat-answer.ts'
import type { GatewayDeps } from '../deps.ts'

/** Who answers, with what they may at this moment; or why that is not known. */
export type ChatPerson =
  | { readonly known: true; readonly person: Person; readonly via: Via }
  | { readonly known: false; readonly why: 'not linked' | 'sign-in too old' | 'not there any more' }

/**
 * The person of a chat account. Rights are those that the group source names now; without one those of the last sign-in,
 * while it is not older than `gateway.signInMaxAge`. Throws GROUPS_UNREACHABLE, GROUPS_REFUSED.
 */
export async function personOfAccount(
  { db, clock, groups, settings }: GatewayDeps,
  { channel, account }: Pick<ChatAnswer, 'channel' | 'account'>,
): Promise<ChatPerson> {
  const linked = await findAccount(db, account)
  if (linked === null) return { known: false, why: 'not linked' }
  const { person: subject, personName: name, knownAs } = linked
  const who = { subject, name, ...(knownAs !== null && { person: knownAs }) }
  const way = { channel, account: accountName(account) }
  if (groups) {
    const at = new Date(clock()).toISOString()
    const membership = await groups.membershipOf(subject)
    if (membership === null) return { known: false, why: 'not there any more' }
    const via = { ...way, rightsFrom: groups.kind, rightsAt: at }
    return { known: true, person: { ...who, ...membership }, via }
  }
  const signIn = await lastSignIn(db, subject)
  if (signIn === null || clock() - signIn.at.getTime() > settings.gateway.signInMaxAge) {
    return { known: false, why: 'sign-in too old' }
  }
  const { roles, groups: inGroups, at } = signIn
  const via = { ...way, rightsFrom: 'sign-in', rightsAt: at.toISOString() }
  return { known: true, person: { ...who, roles, groups: inGroups }, via }
}
