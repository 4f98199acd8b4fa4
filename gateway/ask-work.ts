import { randomUUID } from 'node:crypto'
import type { z } from 'zod'
import type { Person } from '../adapters/identity/index.ts'
import { startAbsorb, tellSteward } from '../adapters/temporal/messages.ts'
import type { AbsorbRequest } from '../contracts/absorb.ts'
import type { retrainBody } from '../contracts/api.ts'
import { appliedModel } from './applied.ts'
import { askingTemporal } from './ask-temporal.ts'
import type { GatewayDeps } from './deps.ts'
import { mustHave, rememberAsker } from './people.ts'

/**
 * Asks the steward of a model for a retraining, from whatever door; said again with the same `ask` it is one request.
 * Returns the id of the event. Errors: NOT_AUTHORISED, MODEL_UNKNOWN, CONFIG_NOT_APPLIED and those of `reach`.
 */
export async function askRetraining(
  deps: GatewayDeps,
  person: Person,
  model: string,
  { reason, ask = randomUUID() }: z.infer<typeof retrainBody>,
): Promise<string> {
  mustHave(person, 'operator', 'ask for a retraining')
  await appliedModel(deps.db, model)
  const eventId = `retrain/${model}/${ask}`
  // The subject, not the name: whoever asked may not approve, and is told apart by it.
  const message = { eventId, person: person.subject, reason }
  await rememberAsker(deps, person)
  const asking = askingTemporal(deps)
  await asking(() => tellSteward(deps.temporal, model, 'retrain-requested', message))
  return eventId
}

/**
 * Proposes what the log holds as the reference, which then waits at the gate; said again with the same `ask` it is one
 * proposal. Same errors.
 */
export async function askAbsorb(
  deps: GatewayDeps,
  person: Person,
  model: string,
  { ask = randomUUID(), ...wish }: AbsorbRequest,
): Promise<{ ask: string; id: string }> {
  mustHave(person, 'operator', 'propose a reference')
  await appliedModel(deps.db, model)
  const input = { ...wish, model, ask, person: person.subject }
  await rememberAsker(deps, person)
  const id = await askingTemporal(deps)(() => startAbsorb(deps.temporal, input))
  return { ask, id }
}
