import { verifyDelegation } from '../adapters/identity/delegation-token.ts'
import { delegationsTo } from '../adapters/postgres/delegations.ts'
import { delegationClocksMs, isHandedTo } from '../contracts/delegation.ts'
import type { PeopleSettings } from '../contracts/people-settings.ts'
import type { DecisionClaims } from '../contracts/release.ts'
import { personOfAccount } from '../policies/people.ts'
import type { Delegated } from '../policies/right.ts'
import type { DecisionDeps } from './decisions.ts'

export interface Receiver {
  readonly people: PeopleSettings
  readonly person: string
  readonly claims: DecisionClaims
  /** ISO 8601. */
  readonly at?: string | undefined
}

/** The rights that were handed to somebody and hold at this moment. What the gateway did not sign is none. */
export async function delegatedTo(
  deps: Pick<DecisionDeps, 'db' | 'publicKey' | 'clock'>,
  { people, person, claims, at }: Receiver,
): Promise<Delegated[]> {
  const nowMs = at === undefined ? deps.clock() : Date.parse(at)
  const model = claims.release.slice(0, claims.release.lastIndexOf('/'))
  const names = [person, claims.sub, ...(claims.person === undefined ? [] : [claims.person])]
  const rows = await delegationsTo(deps.db, names, model, new Date(nowMs), delegationClocksMs)
  const read = await Promise.all(rows.map(({ token }) => verifyDelegation(deps.publicKey, token)))
  return read.flatMap((signed) => {
    if (signed === null || !isHandedTo(signed, names)) return []
    const ofModel = signed.model === null || signed.model === model
    const holds =
      Date.parse(signed.from) <= nowMs + delegationClocksMs && nowMs < Date.parse(signed.until)
    if (!ofModel || !holds) return []
    const { jti: id, sub: account, name, roles, groups } = signed
    const who = personOfAccount(people, { subject: account, person: signed.person })
    return [{ id, account, person: who, name, roles, groups }]
  })
}
