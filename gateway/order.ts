import { randomUUID } from 'node:crypto'
import type { Person } from '../adapters/identity/index.ts'
import { signOrder } from '../adapters/identity/order-token.ts'
import { findRelease } from '../adapters/postgres/releases.ts'
import { order, rollBack } from '../adapters/temporal/orders.ts'
import { reach } from '../adapters/temporal/reach.ts'
import { DriftgateError } from '../contracts/errors.ts'
import type { Outcome } from '../contracts/release.ts'
import type { OrderRequest } from '../contracts/rollout.ts'
import { askingTemporal } from './ask-temporal.ts'
import type { GatewayDeps } from './deps.ts'

/** A rollback is waited for so long: the traffic moves within it. */
const takesSeconds = 60

/**
 * One person's order to a release whose traffic moves, or moved: signed, judged and recorded by its workflow, which
 * also knows who may. Throws RELEASE_UNKNOWN, TOO_MANY_REQUESTS and those of `reach`.
 */
export async function orderRelease(
  deps: GatewayDeps,
  person: Person,
  release: string,
  { command, reason }: OrderRequest,
): Promise<Outcome> {
  deps.limits.decisions(person.subject)
  const row = await findRelease(deps.db, release)
  if (row === null) throw new DriftgateError('RELEASE_UNKNOWN', { release })
  const token = await signOrder(deps.signingKey, { person, release, command }, deps.clock())
  const message = { schema: 'driftgate-order/1' as const, token, reason }
  const asking = askingTemporal(deps)
  const outcome = await asking(() => order(deps.temporal, release, message, randomUUID()))
  if (outcome !== null) return outcome
  const { state } = (await findRelease(deps.db, release)) ?? row
  if (command !== 'rollback' || state !== 'promoted') {
    const sentence = `it has ended: ${state}${command === 'abort' && state === 'promoted' ? '; "rollback" takes it back' : ''}`
    return { outcome: 'NOT_NOW', sentence, release }
  }
  const { model } = row
  const { client } = deps.temporal
  return reach(client, deps.settings.temporal.address, takesSeconds, () =>
    rollBack(deps.temporal, { model, release, message }),
  )
}
