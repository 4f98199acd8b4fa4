import { randomUUID } from 'node:crypto'
import type { z } from 'zod'
import type { Person } from '../adapters/identity/index.ts'
import { findRelease } from '../adapters/postgres/releases.ts'
import { findSteward } from '../adapters/postgres/stewards.ts'
import { tellSteward } from '../adapters/temporal/messages.ts'
import { DriftgateError } from '../contracts/errors.ts'
import { subjectOf } from '../contracts/release.ts'
import type { reinstateAnswer } from '../contracts/rollout.ts'
import { askingTemporal } from './ask-temporal.ts'
import type { GatewayDeps } from './deps.ts'

/**
 * Asks once more for a release that was rolled back: at the gate, with what spoke against it, and then step by step.
 * Whoever asks may not approve. Throws RELEASE_UNKNOWN, REINSTATE_REFUSED, TOO_MANY_REQUESTS and those of `reach`.
 */
export async function reinstateRelease(
  deps: GatewayDeps,
  person: Person,
  release: string,
  reason: string,
): Promise<z.infer<typeof reinstateAnswer>> {
  deps.limits.decisions(person.subject)
  const row = await findRelease(deps.db, release)
  if (row === null) throw new DriftgateError('RELEASE_UNKNOWN', { release })
  const refused = (why: string) => new DriftgateError('REINSTATE_REFUSED', { release, reason: why })
  if (row.state !== 'rolled-back' || subjectOf(row.evidence) !== 'version') {
    throw refused(`it is ${row.state}, and only what was rolled back comes again`)
  }
  const { model, runKey, candidateVersion: version, incident } = row
  const steward = await findSteward(deps.db, model)
  if (steward?.release) throw refused(`release ${steward.release.release} is under way`)
  if (steward?.retraining) throw refused(`retraining ${steward.retraining.runKey} is under way`)
  const message = {
    ...{ eventId: `reinstate/${release}/${randomUUID()}`, runKey, version, incident },
    ...{ person: person.subject, reinstates: { release, by: person.name, reason } },
  }
  await askingTemporal(deps)(() =>
    tellSteward(deps.temporal, model, 'reinstate-requested', message),
  )
  const sentence = `version ${version} is asked for once more; driftgate gate ${model} shows it`
  return { schema: 'driftgate-reinstate/1', release, sentence }
}
