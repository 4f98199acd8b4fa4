import type { FastifyInstance } from 'fastify'
import { findRelease } from '../../adapters/postgres/releases.ts'
import { resultOf } from '../../adapters/temporal/messages.ts'
import { runState } from '../../adapters/temporal/run-state.ts'
import { type AbsorbAnswer, absorbRequest, absorbResult } from '../../contracts/absorb.ts'
import { absorbParams, modelParams } from '../../contracts/api.ts'
import { DriftgateError } from '../../contracts/errors.ts'
import { workflowId } from '../../contracts/messages.ts'
import { appliedModel } from '../applied.ts'
import { askingTemporal } from '../ask-temporal.ts'
import { askAbsorb } from '../ask-work.ts'
import type { GatewayDeps } from '../deps.ts'
import { personOf, requirePerson } from '../people.ts'

/** Proposing what the log holds as the reference: asked by operators, answered at the gate. */
export function absorbRoutes(app: FastifyInstance, deps: GatewayDeps): void {
  const { db, identity, temporal } = deps
  const asking = askingTemporal(deps)

  app.post('/models/:model/absorb', async (request): Promise<AbsorbAnswer> => {
    const person = await personOf(identity, request)
    const { model } = modelParams.parse(request.params)
    const wish = absorbRequest.parse(request.body)
    const { ask, id } = await askAbsorb(deps, person, model, wish)
    request.log.info({ person: person.subject, model, ...wish }, 'absorb')
    return running(model, ask, id)
  })

  app.get('/models/:model/absorb/:ask', async (request): Promise<AbsorbAnswer> => {
    await requirePerson(identity, request, 'viewer', 'look at a proposed reference')
    const { model, ask } = absorbParams.parse(request.params)
    await appliedModel(db, model)
    const id = workflowId.absorb(temporal.prefix, model, ask)
    const found = await asking(() => runState(temporal, id, absorbResult))
    if (found === null) throw new DriftgateError('ABSORB_UNKNOWN', { model, ask })
    const answer = running(model, ask, id)
    if (found.state === 'running') return { ...answer, reason: found.trouble }
    // Throws with its code whatever refused it.
    const result = absorbResult.parse(await asking(() => resultOf(temporal, id)))
    if (result.release === null) return { ...answer, state: 'done', result }
    const row = await findRelease(db, result.release)
    // The steward has still to put it at the gate, or a rule to let it through.
    const isOnTheWay = row?.state === 'waiting' && !row.evidence.policy.critical
    if (row === null || isOnTheWay) return { ...answer, result }
    return { ...answer, state: 'done', result, release: row.state }
  })
}

const running = (model: string, ask: string, id: string): AbsorbAnswer => ({
  schema: 'driftgate-absorb/1',
  ...{ model, ask, workflowId: id },
  state: 'running',
  reason: null,
  result: null,
  release: null,
})
