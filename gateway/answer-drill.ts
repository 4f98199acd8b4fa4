import { signDecision } from '../adapters/identity/decision-token.ts'
import type { Person } from '../adapters/identity/index.ts'
import { findDrill } from '../adapters/postgres/drills.ts'
import { decideAt } from '../adapters/temporal/messages.ts'
import { drillRole } from '../contracts/drill.ts'
import { drillSubject } from '../contracts/drill-settings.ts'
import { DriftgateError } from '../contracts/errors.ts'
import type { Outcome } from '../contracts/release.ts'
import { settingsInForce } from './applied.ts'
import { askingTemporal } from './ask-temporal.ts'
import type { GatewayDeps } from './deps.ts'

/**
 * The answer of the drill identity to a drill: signed with the key of all answers, for this purpose alone. Throws
 * NOT_AUTHORISED for everyone else, DRILL_UNKNOWN, and those of `reach`.
 */
export async function answerDrill(
  deps: GatewayDeps,
  { subject }: Person,
  drill: string,
  digest: string,
): Promise<Outcome> {
  deps.limits.decisions(subject)
  const own = drillSubject((await settingsInForce(deps.db))?.drill)
  if (own === null || subject !== own) {
    const details = { person: subject, action: `answer ${drill}`, needs: 'the identity of drills' }
    throw new DriftgateError('NOT_AUTHORISED', details)
  }
  const row = await findDrill(deps.db, drill)
  if (row === null) throw new DriftgateError('DRILL_UNKNOWN', { drill })
  const person = { subject, name: 'the drill identity', roles: [drillRole], groups: [] }
  const binding = { person, release: drill, digest, answer: 'approve', purpose: 'drill' } as const
  const token = await signDecision(deps.signingKey, binding, deps.clock())
  const message = { schema: 'driftgate-decision/1' as const, token, reason: 'a drill' }
  // One answer is enough: sent again it is the same one.
  const told = await askingTemporal(deps)(() =>
    decideAt(deps.temporal, row.workflowId, message, `drill-answer-${digest}`),
  )
  if (told !== null) return told
  return { outcome: 'EXPIRED', sentence: 'the drill has ended', release: drill }
}

/** Whoever answers drills answers nothing else, whatever roles the account was given. */
export async function refuseDrillIdentity(
  { db }: Pick<GatewayDeps, 'db'>,
  { subject, name }: Person,
  action: string,
): Promise<void> {
  if (drillSubject((await settingsInForce(db))?.drill) !== subject) return
  const needs = 'a person: the identity of drills answers drills only'
  throw new DriftgateError('NOT_AUTHORISED', { person: name, action, needs })
}
