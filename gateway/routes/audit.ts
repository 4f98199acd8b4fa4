import type { FastifyInstance } from 'fastify'
import { listEvidence, listLinks } from '../../adapters/postgres/decisions.ts'
import { type AuditAnswer, auditQuery } from '../../contracts/audit.ts'
import type { GatewayDeps } from '../deps.ts'
import { requirePerson } from '../people.ts'

const most = 500

/** The chain of decisions as it stands in the table: whoever asks checks it, nothing is checked here. */
export function auditRoutes(app: FastifyInstance, { db, identity, settings }: GatewayDeps): void {
  app.get('/audit', async (request): Promise<AuditAnswer> => {
    await requirePerson(identity, request, 'viewer', 'read the decisions')
    const { after } = auditQuery.parse(request.query)
    const links = await listLinks(db, { after, most })
    const digests = new Set(links.flatMap(({ decision }) => digestIn(decision)))
    const shown = await listEvidence(db, [...digests])
    return {
      schema: 'driftgate-audit-page/1',
      environment: settings.environment,
      entries: [
        ...shown.map((each) => ({ kind: 'evidence' as const, ...each })),
        ...links.map((each) => ({ kind: 'decision' as const, ...each })),
      ],
      last: links.length < most,
    }
  })
}

/** A text that was changed may hold anything. */
function digestIn(decision: string): string[] {
  try {
    const { evidenceDigest } = JSON.parse(decision) as { evidenceDigest?: unknown }
    return typeof evidenceDigest === 'string' ? [evidenceDigest] : []
  } catch {
    return []
  }
}
