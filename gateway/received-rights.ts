import { decodeDelegation } from '../adapters/identity/delegation-token.ts'
import type { Person } from '../adapters/identity/index.ts'
import { delegationsTo } from '../adapters/postgres/delegations.ts'
import { rulesInForce } from '../adapters/postgres/gate-policies.ts'
import { delegationClocksMs } from '../contracts/delegation.ts'
import { DriftgateError } from '../contracts/errors.ts'
import { needsInWords, type Place } from '../contracts/gate-policy.ts'
import { personOfAccount } from '../policies/people.ts'
import { fitsAny, type Member, type StandIn } from '../policies/quorum.ts'
import { settingsInForce } from './applied.ts'
import type { GatewayDeps } from './deps.ts'
import { namesOf } from './people.ts'

export interface ReceivedRight extends Member {
  readonly name: string
  readonly until: string
}

/** Rights to answer for a model that others handed to a person: to explain; the worker checks who signed them. */
export async function receivedRights(
  { db, clock }: Pick<GatewayDeps, 'db' | 'clock'>,
  person: Person,
  model: string,
): Promise<ReceivedRight[]> {
  const settings = await settingsInForce(db)
  const rules = settings && (await rulesInForce(db, settings, model))
  const people = rules?.people ?? settings?.people ?? {}
  const names = [...new Set([...namesOf(person), personOfAccount(people, person)])]
  const rows = await delegationsTo(db, names, model, new Date(clock()), delegationClocksMs)
  return rows.map(({ token }) => {
    const { sub, name, roles, groups, until } = decodeDelegation(token)
    return { person: sub, name, roles, groups, until }
  })
}

/** By a right of their own or one that was handed over. Throws NOT_AUTHORISED. */
export async function mustFitAny(
  deps: Pick<GatewayDeps, 'db' | 'clock'>,
  person: Person,
  { model, places, standIn = null }: { model: string; places: readonly Place[]; standIn?: StandIn },
  action: string,
): Promise<void> {
  const received = await receivedRights(deps, person, model)
  if ([person, ...received].some((right) => fitsAny(places, right, standIn))) return
  const needs = needsInWords(places)
  throw new DriftgateError('NOT_AUTHORISED', { person: person.name, action, needs })
}
