import { randomUUID } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import type { z } from 'zod'
import { findDrill, insertDrill, listDrills } from '../../adapters/postgres/drills.ts'
import { startDrill } from '../../adapters/temporal/messages.ts'
import { modelParams } from '../../contracts/api.ts'
import {
  type DrillsAnswer,
  drillAnswer,
  drillDecision,
  drillParams,
  drillsAnswer,
  drillsQuery,
  drillWorkflowId,
} from '../../contracts/drill.ts'
import { DriftgateError } from '../../contracts/errors.ts'
import type { Outcome } from '../../contracts/release.ts'
import { answerDrill } from '../answer-drill.ts'
import { appliedModel } from '../applied.ts'
import { askingTemporal } from '../ask-temporal.ts'
import type { GatewayDeps } from '../deps.ts'
import { personOf, requirePerson } from '../people.ts'
import { readinessOf } from '../readiness-of.ts'

/** Rehearsals of releases: started by operators, answered by nobody but the identity of drills. */
export function drillRoutes(app: FastifyInstance, deps: GatewayDeps): void {
  const { db, identity, temporal, clock } = deps

  app.post('/models/:model/drills', async (request): Promise<z.infer<typeof drillAnswer>> => {
    const person = await requirePerson(identity, request, 'operator', 'start a drill')
    const { model } = modelParams.parse(request.params)
    const settings = await appliedModel(db, model)
    if (settings.drill === undefined) throw new DriftgateError('DRILL_NOT_CONFIGURED', { model })
    const asked = randomUUID()
    const id = drillWorkflowId.asked(temporal.prefix, model, asked)
    await askingTemporal(deps)(() =>
      startDrill(temporal, { model, asked, requestedBy: person.subject }),
    )
    // The workflow finds it under the same name, or has begun it already.
    const drill = await insertDrill(db, {
      ...{ model, asked, workflowId: id, requestedBy: person.subject, at: new Date(clock()) },
    })
    request.log.info({ person: person.subject, drill: drill.drill }, 'drill started')
    return drillAnswer.parse({ schema: 'driftgate-drill/1', drill })
  })

  app.get('/models/:model/drills', async (request): Promise<DrillsAnswer> => {
    await requirePerson(identity, request, 'viewer', 'look at drills')
    const { model } = modelParams.parse(request.params)
    const { limit } = drillsQuery.parse(request.query)
    const readiness = await readinessOf(deps, model, await appliedModel(db, model))
    const drills = await listDrills(db, model, limit)
    return drillsAnswer.parse({ schema: 'driftgate-drills/1', readiness, drills })
  })

  app.get('/models/:model/drills/:n', async (request): Promise<z.infer<typeof drillAnswer>> => {
    await requirePerson(identity, request, 'viewer', 'look at drills')
    const name = nameOf(request.params)
    const drill = await findDrill(db, name)
    if (drill === null) throw new DriftgateError('DRILL_UNKNOWN', { drill: name })
    return drillAnswer.parse({ schema: 'driftgate-drill/1', drill })
  })

  app.post('/models/:model/drills/:n/answer', async (request): Promise<Outcome> => {
    const person = await personOf(identity, request)
    const { digest } = drillDecision.parse(request.body)
    return answerDrill(deps, person, nameOf(request.params), digest)
  })
}

/** `<model>/drill/<n>` of the path. */
function nameOf(params: unknown): string {
  const { model, n } = drillParams.parse(params)
  return `${model}/drill/${n}`
}
