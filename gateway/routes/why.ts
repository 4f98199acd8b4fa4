import type { FastifyInstance } from 'fastify'
import { findIncident } from '../../adapters/postgres/incidents.ts'
import { listVerdicts } from '../../adapters/postgres/verdicts.ts'
import { incidentOnRecord, windowOnRecord } from '../../adapters/postgres/window-records.ts'
import { concernParams } from '../../contracts/api.ts'
import { DriftgateError } from '../../contracts/errors.ts'
import { type IncidentWhyAnswer, type WhyAnswer, whyParams } from '../../contracts/why.ts'
import { whyOfIncident, whyOfWindow } from '../../policies/why.ts'
import { appliedModel } from '../applied.ts'
import { idOf } from '../concerns.ts'
import type { GatewayDeps } from '../deps.ts'
import { requirePerson } from '../people.ts'

/** Which kind of drift a window or an incident shows, what that suggests, and which rows stand out. */
export function whyRoutes(app: FastifyInstance, { db, identity }: GatewayDeps): void {
  app.get('/models/:model/why/:window', async (request): Promise<WhyAnswer> => {
    await requirePerson(identity, request, 'viewer', 'look at models')
    const { model, window } = whyParams.parse(request.params)
    const { labels } = await appliedModel(db, model)
    const start = window === 'latest' ? (await listVerdicts(db, model, 1))[0]?.window.start : window
    const why = isInstant(start)
      ? whyOfWindow(await windowOnRecord(db, model, new Date(start)), labels !== undefined)
      : null
    if (why === null) throw new DriftgateError('VERDICT_UNKNOWN', { model, verdict: window })
    return { schema: 'driftgate-why/1', model, ...why }
  })

  app.get(
    '/models/:model/incidents/:kind/:start/why',
    async (request): Promise<IncidentWhyAnswer> => {
      await requirePerson(identity, request, 'viewer', 'look at incidents')
      const { model } = concernParams.parse(request.params)
      const { labels } = await appliedModel(db, model)
      const id = idOf(request.params)
      const incident = await findIncident(db, id)
      if (incident === null) throw new DriftgateError('CONCERN_UNKNOWN', { id })
      const why = whyOfIncident(await incidentOnRecord(db, incident), labels !== undefined)
      return { schema: 'driftgate-incident-why/1', incident, ...why }
    },
  )
}

const isInstant = (text: string | undefined): text is string =>
  text !== undefined && !Number.isNaN(Date.parse(text))
