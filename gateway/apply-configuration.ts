import { createHash } from 'node:crypto'
import type { Person } from '../adapters/identity/index.ts'
import { currentConfigVersion } from '../adapters/postgres/config-versions.ts'
import { makeDrillSchedulesMatch } from '../adapters/temporal/drill-schedules.ts'
import { reach } from '../adapters/temporal/reach.ts'
import {
  makeSchedulesMatch,
  scheduleHousekeeping,
  scheduleReconcile,
} from '../adapters/temporal/schedules.ts'
import type { ApplyAnswer, ApplyRequest } from '../contracts/apply.ts'
import { canonicalJson } from '../contracts/canonical-json.ts'
import { differencesOf } from '../contracts/differences.ts'
import { unreadHolidays } from '../contracts/reference-rules.ts'
import { parseSettings, settingsAsWritten } from '../contracts/settings-text.ts'
import { logFindings } from '../formats/index.ts'
import { applyVersion, lookedAt } from './apply-version.ts'
import { askPolicies, gateChanges } from './ask-policies.ts'
import type { GatewayDeps } from './deps.ts'
import { newReadings } from './new-readings.ts'
import { rememberAsker } from './people.ts'

const patienceSeconds = 30

/** Puts a configuration in force, or only tells what that would come to. Throws CONFIG_INVALID, TEMPORAL_UNREACHABLE. */
export async function applyConfiguration(
  deps: GatewayDeps,
  person: Person,
  { file, text, dryRun, paused, askAgain }: ApplyRequest,
): Promise<ApplyAnswer> {
  const { db, temporal } = deps
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
    ? await lookedAt(deps, parsed, { version, askAgain })
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
  return {
    schema: 'driftgate-apply/1',
    version: stored.id,
    changed: stored.changed,
    differences,
    schedules,
    readings,
    gates: gateChanges(stored.policies, stored.asked),
  }
}
