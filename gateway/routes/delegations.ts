import { randomUUID } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import type { z } from 'zod'
import { decodeDelegation } from '../../adapters/identity/delegation-token.ts'
import type { Person } from '../../adapters/identity/index.ts'
import { currentSettings } from '../../adapters/postgres/config-versions.ts'
import {
  type DelegationRow,
  endDelegation,
  findDelegation,
  openDelegations,
} from '../../adapters/postgres/delegations.ts'
import { allRulesInForce } from '../../adapters/postgres/gate-policies.ts'
import { quorumOf } from '../../contracts/approval-settings.ts'
import {
  type DelegationClaims,
  type DelegationRequest,
  type DelegationView,
  type delegationAnswer,
  delegationParams,
  delegationRequest,
  type delegationsAnswer,
  isHandedTo,
  longestDelegationMs,
} from '../../contracts/delegation.ts'
import { DriftgateError } from '../../contracts/errors.ts'
import { needsInWords } from '../../contracts/gate-policy.ts'
import { fitsAny } from '../../policies/quorum.ts'
import type { GatewayDeps } from '../deps.ts'
import { handOver } from '../hand-over.ts'
import { namesOf, personOf, rememberAsker, requirePerson } from '../people.ts'

type Answer = z.infer<typeof delegationAnswer>

/** Handing one's right to answer to somebody for a time, and taking it back. */
export function delegationRoutes(app: FastifyInstance, deps: GatewayDeps): void {
  const { db, identity, clock } = deps

  app.get('/delegations', async (request): Promise<z.infer<typeof delegationsAnswer>> => {
    await requirePerson(identity, request, 'viewer', 'look at delegations')
    const rows = await openDelegations(db, new Date(clock()))
    return { schema: 'driftgate-delegations/1', delegations: rows.map(viewOf) }
  })

  app.post('/delegations', async (request): Promise<Answer> => {
    const person = await personOf(identity, request)
    deps.limits.decisions(person.subject)
    const claims = claimsOf(person, delegationRequest.parse(request.body), clock())
    await mustHaveOwnRight(deps, person, claims.model)
    await rememberAsker(deps, person)
    await deps.onPhase?.('before delegation')
    const row = await handOver(deps, claims)
    await deps.onPhase?.('after delegation')
    request.log.info({ person: person.subject, ...claims, jti: row.id }, 'right handed over')
    return answer(row)
  })

  app.post('/delegations/:delegation/end', async (request): Promise<Answer> => {
    const person = await personOf(identity, request)
    deps.limits.decisions(person.subject)
    const { delegation: id } = delegationParams.parse(request.params)
    const row = await findDelegation(db, id)
    if (row === null) throw new DriftgateError('DELEGATION_UNKNOWN', { delegation: id })
    const { name: giver, to } = viewOf(row)
    if (row.account !== person.subject && !isHandedTo({ to }, namesOf(person))) {
      const needs = `to be ${giver} or ${to}`
      const action = `end the delegation ${id}`
      throw new DriftgateError('NOT_AUTHORISED', { person: person.name, action, needs })
    }
    await deps.onPhase?.('before delegation ends')
    await endDelegation(db, id, person.subject, new Date(clock()))
    await deps.onPhase?.('after delegation ends')
    request.log.info({ person: person.subject, delegation: id }, 'right taken back')
    return answer((await findDelegation(db, id)) ?? row)
  })
}

/** Throws REQUEST_INVALID where the times or the receiver make no sense. */
function claimsOf(person: Person, wish: DelegationRequest, nowMs: number): DelegationClaims {
  const fromMs = wish.from === undefined ? nowMs : Date.parse(wish.from)
  const untilMs = Date.parse(wish.until)
  const invalid = (reason: string) => new DriftgateError('REQUEST_INVALID', { reason })
  if (untilMs <= Math.max(fromMs, nowMs))
    throw invalid('until has to come after from, and after now')
  if (untilMs - fromMs > longestDelegationMs)
    throw invalid('no right is handed over for more than 31 days')
  if (isHandedTo(wish, namesOf(person))) throw invalid('to has to be somebody else')
  return {
    ...{ jti: randomUUID(), sub: person.subject, name: person.name },
    ...(person.person !== undefined && { person: person.person }),
    ...{ roles: [...person.roles], groups: [...person.groups] },
    ...{ to: wish.to, model: wish.model ?? null, reason: wish.reason },
    ...{ from: new Date(fromMs).toISOString(), until: new Date(untilMs).toISOString() },
  }
}

/** What was received cannot be handed on. Throws NOT_AUTHORISED, MODEL_UNKNOWN, CONFIG_NOT_APPLIED. */
async function mustHaveOwnRight(
  { db }: GatewayDeps,
  person: Person,
  model: string | null,
): Promise<void> {
  const { settings } = await currentSettings(db)
  const rules = await allRulesInForce(db, settings)
  const own = model === null ? [...rules.values()] : [rules.get(model)]
  const places = own.flatMap((each) => {
    if (each === undefined) throw new DriftgateError('MODEL_UNKNOWN', { model })
    return quorumOf(each.approval)
  })
  if (fitsAny(places, person)) return
  const needs = `${needsInWords(places)} of one's own`
  const action = 'hand over a right to answer'
  throw new DriftgateError('NOT_AUTHORISED', { person: person.name, action, needs })
}

const viewOf = ({ id, token, account, endedAt }: DelegationRow): DelegationView => {
  const { jti: _, sub: __, person: ___, ...rest } = decodeDelegation(token)
  return { ...rest, id, account, endedAt: endedAt?.toISOString() ?? null }
}

const answer = (row: DelegationRow): Answer => ({
  schema: 'driftgate-delegation/1',
  ...viewOf(row),
})
