import type { AskedPolicyRow } from '../adapters/postgres/asked-policies.ts'
import { asPending } from '../adapters/postgres/pending-policies.ts'
import { listReleases } from '../adapters/postgres/releases.ts'
import { lookAgain, tellSteward } from '../adapters/temporal/messages.ts'
import type { ApplyAnswer } from '../contracts/apply.ts'
import { askingTemporal } from './ask-temporal.ts'
import type { GatewayDeps } from './deps.ts'
import type { AppliedPolicy } from './settle-policies.ts'

/** Of all models together: a model has a few at most. */
const mostWaiting = 100_000

/**
 * Looser policies go to their gates, and what waits at a gate that has changed is asked anew now, not when the next answer
 * comes. What could not be told here, the rounds of the house tell.
 */
export async function askPolicies(
  deps: GatewayDeps,
  policies: readonly AppliedPolicy[],
  asked: readonly AskedPolicyRow[],
): Promise<void> {
  const asking = askingTemporal(deps)
  for (const { model, runKey, person, state, asked: what } of asked) {
    if (state !== null) continue
    const message = { runKey, person, configVersion: what.configVersion }
    const eventId = `policy/${model}/${runKey}`
    await asking(() =>
      tellSteward(deps.temporal, model, 'policy-requested', { eventId, ...message }),
    )
  }
  const models = new Set(policies.map(({ model }) => model))
  for (const { model, release } of await listReleases(deps.db, { state: 'waiting' }, mostWaiting)) {
    if (models.has(model)) await asking(() => lookAgain(deps.temporal, release))
  }
}

/** Models whose gate differs from the one in force, in what, and how it stands with what is not in force. */
export const gateChanges = (
  policies: readonly AppliedPolicy[],
  asked: readonly AskedPolicyRow[],
): ApplyAnswer['gates'] =>
  policies.flatMap(({ model, settled: { change, waits } }) => {
    const { direction, differences } = change
    if (direction === 'same') return []
    const pending = asked.filter((each) => each.model === model).flatMap(asPending)[0] ?? null
    const what = differences.map((each) => each.what)
    return [{ model, direction, differences: what, inForce: !waits, pending }]
  })
