import { decodeDelegation, signDelegation } from '../adapters/identity/delegation-token.ts'
import { takeTurn } from '../adapters/postgres/advisory-lock.ts'
import {
  type DelegationRow,
  insertDelegation,
  openDelegationsOf,
} from '../adapters/postgres/delegations.ts'
import { transaction } from '../adapters/postgres/pool.ts'
import { type DelegationClaims, delegationClocksMs } from '../contracts/delegation.ts'
import type { GatewayDeps } from './deps.ts'

/**
 * A right on record as handed over, signed. One that is on record already is that one: a wish that is sent again, because
 * nobody answered the first time, leaves nothing behind that its owner would not think of taking back.
 */
export const handOver = (
  { db, clock, signingKey }: Pick<GatewayDeps, 'db' | 'clock' | 'signingKey'>,
  claims: DelegationClaims,
): Promise<DelegationRow> =>
  transaction(db, async (client) => {
    await takeTurn(client, `delegations/${claims.sub}`)
    const at = new Date(clock())
    const before = await openDelegationsOf(client, claims.sub, at)
    const same = before.find(({ token }) => isSame(decodeDelegation(token), claims))
    if (same !== undefined) return same
    const token = await signDelegation(signingKey, claims)
    await insertDelegation(client, claims, token, at)
    return { id: claims.jti, token, account: claims.sub, endedAt: null }
  })

/**
 * Who may do what until when, and why, is the same; the earlier one may have begun before, also by the clock of another
 * gateway.
 */
const isSame = (before: DelegationClaims, wish: DelegationClaims): boolean =>
  sense(before) === sense(wish) &&
  Date.parse(before.from) <= Date.parse(wish.from) + delegationClocksMs

const sense = ({ to, model, until, reason, roles, groups }: DelegationClaims): string =>
  JSON.stringify([to, model, until, reason, [...roles].sort(), [...groups].sort()])
