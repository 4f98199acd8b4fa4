import type { FastifyInstance } from 'fastify'
import { listNotices } from '../../adapters/postgres/notices.ts'
import { type AcknowledgeAnswer, modelParams } from '../../contracts/api.ts'
import { appliedModel } from '../applied.ts'
import { acknowledge, idOf } from '../concerns.ts'
import type { GatewayDeps } from '../deps.ts'
import { personOf, requirePerson } from '../people.ts'

/** What somebody has to see: notices beside incidents, and who takes care of which. */
export function concernRoutes(app: FastifyInstance, deps: GatewayDeps): void {
  const { db, identity } = deps

  app.get('/models/:model/notices', async (request) => {
    await requirePerson(identity, request, 'viewer', 'look at notices')
    const { model } = modelParams.parse(request.params)
    await appliedModel(db, model)
    return { schema: 'driftgate-notices/1', notices: await listNotices(db, model) }
  })

  app.post(
    '/models/:model/incidents/:kind/:start/acknowledge',
    async (request): Promise<AcknowledgeAnswer> => {
      const person = await personOf(identity, request)
      const answer = await acknowledge(deps, person, idOf(request.params))
      request.log.info({ person: person.subject, ...answer }, 'acknowledge')
      return answer
    },
  )
}
