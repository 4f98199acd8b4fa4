import type { FastifyInstance } from 'fastify'
import { currentConfigVersion } from '../../adapters/postgres/config-versions.ts'
import { type ApplyAnswer, applyRequest, planRequest } from '../../contracts/apply.ts'
import { DriftgateError } from '../../contracts/errors.ts'
import { hideSecrets } from '../../contracts/settings-problem.ts'
import { applyConfiguration } from '../apply-configuration.ts'
import type { GatewayDeps } from '../deps.ts'
import { requirePerson } from '../people.ts'

/** The configuration in force, and putting another in its place. */
export function configRoutes(app: FastifyInstance, deps: GatewayDeps): void {
  const { db, identity } = deps

  app.get('/config', async (request) => {
    await requirePerson(identity, request, 'viewer', 'look at the configuration')
    const current = await currentConfigVersion(db)
    if (current === null) throw new DriftgateError('CONFIG_NOT_APPLIED')
    const text = current.text.split('\n').map(hideSecrets).join('\n')
    return { schema: 'driftgate-config/1', version: current.id, digest: current.digest, text }
  })

  app.put('/config', async (request): Promise<ApplyAnswer> => {
    const person = await requirePerson(identity, request, 'operator', 'apply a configuration')
    const asked = applyRequest.parse(request.body)
    const answer = await applyConfiguration(deps, person, asked)
    const { version, schedules, gates } = answer
    const { dryRun } = asked
    request.log.info({ person: person.subject, version, dryRun, schedules, gates }, 'apply')
    return answer
  })

  // Of its own, so that whoever may only look can be shown what a change would come to.
  app.post('/config/plan', async (request): Promise<ApplyAnswer> => {
    const person = await requirePerson(identity, request, 'viewer', 'plan a configuration')
    const asked = planRequest.parse(request.body)
    return applyConfiguration(deps, person, { ...asked, dryRun: true, paused: false })
  })
}
