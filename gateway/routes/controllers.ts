import type { FastifyInstance } from 'fastify'
import { listVerdictSummaries } from '../../adapters/postgres/views.ts'
import { modelParams } from '../../contracts/api.ts'
import { type FlaggerAnswer, flaggerPayload } from '../../contracts/flagger.ts'
import {
  type ArgoVerdict,
  argoQuery,
  countWindows,
  sinceMsOf,
  worstOf,
} from '../../contracts/verdicts-since.ts'
import { appliedModel } from '../applied.ts'
import { requireController } from '../controllers.ts'
import type { GatewayDeps } from '../deps.ts'
import { confirmed, rolledBack } from '../flagger.ts'

const hooks = {
  'confirm-rollout': confirmed,
  'confirm-traffic-increase': confirmed,
  'confirm-promotion': confirmed,
  rollback: rolledBack,
} as const

/** What controllers of deployments ask in their own words: Flagger's webhooks, the `web` metric of Argo Rollouts. */
export function controllerRoutes(app: FastifyInstance, deps: GatewayDeps): void {
  for (const [hook, judge] of Object.entries(hooks)) {
    app.post(`/flagger/${hook}`, async (request): Promise<FlaggerAnswer> => {
      const payload = flaggerPayload.parse(request.body)
      await requireController(deps, request, payload.metadata.token)
      const answer = await judge(deps, payload)
      const { name, namespace, checksum } = payload
      request.log.info({ hook, name, namespace, checksum, answer }, 'flagger')
      return answer
    })
  }

  app.post('/flagger/event', async (request): Promise<FlaggerAnswer> => {
    const payload = flaggerPayload.parse(request.body)
    await requireController(deps, request, payload.metadata.token)
    const { name, namespace, phase, checksum, metadata } = payload
    const { eventType, eventMessage } = metadata
    const event = { name, namespace, phase, checksum, eventType, eventMessage }
    request.log.info(event, 'flagger event')
    return { schema: 'driftgate-flagger/1', sentence: 'noted in the log of the gateway' }
  })

  app.get('/argo/models/:model/verdict', async (request): Promise<ArgoVerdict> => {
    await requireController(deps, request)
    const { model } = modelParams.parse(request.params)
    const since = new Date(sinceMsOf(argoQuery.parse(request.query).since, deps.clock()))
    await appliedModel(deps.db, model)
    const found = await listVerdictSummaries(deps.db, model, { since })
    const windows = countWindows(found.map(({ verdict }) => verdict))
    return {
      schema: 'driftgate-argo-verdict/1',
      model,
      since: since.toISOString(),
      verdict: worstOf(windows),
      windows,
      headline: found[0]?.headline ?? '',
    }
  })
}
