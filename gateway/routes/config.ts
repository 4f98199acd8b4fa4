import { createHash } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import { currentConfigVersion } from '../../adapters/postgres/config-versions.ts'
import { makeDrillSchedulesMatch } from '../../adapters/temporal/drill-schedules.ts'
import { reach } from '../../adapters/temporal/reach.ts'
import {
  makeSchedulesMatch,
  scheduleHousekeeping,
  scheduleReconcile,
} from '../../adapters/temporal/schedules.ts'
import { type ApplyAnswer, applyRequest } from '../../contracts/apply.ts'
import { canonicalJson } from '../../contracts/canonical-json.ts'
import { differencesOf } from '../../contracts/differences.ts'
import { DriftgateError } from '../../contracts/errors.ts'
import { unreadHolidays } from '../../contracts/reference-rules.ts'
import { hideSecrets } from '../../contracts/settings-problem.ts'
import { parseSettings, settingsAsWritten } from '../../contracts/settings-text.ts'
import { logFindings } from '../../formats/index.ts'
import { applyVersion, lookedAt } from '../apply-version.ts'
import { askPolicies, gateChanges } from '../ask-policies.ts'
import type { GatewayDeps } from '../deps.ts'
import { newReadings } from '../new-readings.ts'
import { rememberAsker, requirePerson } from '../people.ts'

const patienceSeconds = 30

/** The configuration in force, and putting another in its place. */
export function configRoutes(app: FastifyInstance, deps: GatewayDeps): void {
  const { db, identity, temporal } = deps

  app.get('/config', async (request) => {
    await requirePerson(identity, request, 'viewer', 'look at the configuration')
    const current = await currentConfigVersion(db)
    if (current === null) throw new DriftgateError('CONFIG_NOT_APPLIED')
    const text = current.text.split('\n').map(hideSecrets).join('\n')
    return { schema: 'driftgate-config/1', version: current.id, digest: current.digest, text }
  })

  app.put('/config', async (request): Promise<ApplyAnswer> => {
    const person = await requirePerson(identity, request, 'operator', 'apply a configuration')
    const { file, text, dryRun, paused, askAgain } = applyRequest.parse(request.body)
    const parsed = parseSettings(text, file, {
      check: (model, all) => [...logFindings(model, all), ...unreadHolidays(model)],
    })
    const { models, storage } = parsed
    const written = settingsAsWritten(text)
    const digest = createHash('sha256').update(canonicalJson(written)).digest('hex')

    const current = await currentConfigVersion(db)
    const differences = differencesOf(current && settingsAsWritten(current.text), written)
    const readings = await newReadings(db, models)
    const version = { digest, text, settings: written, person: person.subject }
    // Whoever applies a looser gate has asked for it.
    if (!dryRun) await rememberAsker(deps, person)
    const stored = dryRun
      ? await lookedAt(deps, parsed, version)
      : await applyVersion(deps, parsed, { version, person, askAgain })

    // After the version: a schedule never fires for settings that nobody can look up.
    const settings = { temporal: deps.settings.temporal, models, storage }
    const schedules = await reach(
      ...([temporal.client, settings.temporal.address, patienceSeconds] as const),
      async () => {
        if (!dryRun) {
          await scheduleHousekeeping(temporal.client, settings)
          await scheduleReconcile(temporal.client, settings)
          await makeDrillSchedulesMatch(temporal.client, settings)
        }
        return makeSchedulesMatch(temporal.client, settings, { dryRun, paused })
      },
    )
    if (!dryRun) await askPolicies(deps, stored.policies, stored.asked)
    const gates = gateChanges(stored.policies, stored.asked)
    const log = { person: person.subject, version: stored.id, dryRun, schedules, gates }
    request.log.info(log, 'apply')
    return {
      schema: 'driftgate-apply/1',
      version: stored.id,
      changed: stored.changed,
      differences,
      schedules,
      readings,
      gates,
    }
  })
}
