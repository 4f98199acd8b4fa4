import type { FastifyInstance } from 'fastify'
import { listEstimates } from '../../adapters/postgres/estimates.ts'
import { labelStandingOf } from '../../adapters/postgres/label-standing.ts'
import { lateLabels } from '../../adapters/postgres/late-labels.ts'
import { listPerformances } from '../../adapters/postgres/performances.ts'
import { modelParams } from '../../contracts/api.ts'
import { type PerformanceReport, performanceQuery } from '../../contracts/performance.ts'
import type { PerformanceAnswer } from '../../contracts/performance-answer.ts'
import { appliedModel } from '../applied.ts'
import type { GatewayDeps } from '../deps.ts'
import { requirePerson } from '../people.ts'

type Late = Awaited<ReturnType<typeof lateLabels>> extends Map<string, infer One> ? One : never

function laterOf({ labels, at, report }: Late): PerformanceReport['later'] {
  if (report === null) return { labels, at, look: null }
  const { labelled, withdrawn, parts, headline, evidenceDigest } = report
  return { labels, at, look: { labelled, withdrawn, parts, headline, evidenceDigest } }
}

/** How well models did, by estimates and by the labels that came. */
export function performanceRoutes(app: FastifyInstance, { db, identity }: GatewayDeps): void {
  app.get('/models/:model/performance', async (request): Promise<PerformanceAnswer> => {
    await requirePerson(identity, request, 'viewer', 'look at performance')
    const { model } = modelParams.parse(request.params)
    await appliedModel(db, model)
    const { limit } = performanceQuery.parse(request.query)
    const windows = await listPerformances(db, model, limit)
    const late = await lateLabels(
      db,
      model,
      windows.map(({ window }) => window.start),
    )
    return {
      ...{ schema: 'driftgate-performances/1', model },
      labels: await labelStandingOf(db, model),
      windows: windows.map((window) => {
        const later = late.get(window.window.start)
        return later === undefined ? window : { ...window, later: laterOf(later) }
      }),
      estimates: await listEstimates(db, model, limit),
    }
  })
}
