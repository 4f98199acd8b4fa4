import { randomUUID } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import type { z } from 'zod'
import { spentSince } from '../../adapters/postgres/retraining-budgets.ts'
import { endStorm, openStorm } from '../../adapters/postgres/retraining-storms.ts'
import { listWishes } from '../../adapters/postgres/retraining-wishes.ts'
import { tellSteward } from '../../adapters/temporal/messages.ts'
import { DriftgateError } from '../../contracts/errors.ts'
import type { RetrainingBudget } from '../../contracts/fleet-settings.ts'
import {
  type RetrainingAnswer,
  type releaseStormAnswer,
  releaseStormRequest,
} from '../../contracts/retraining-answer.ts'
import { costOf, countingAt } from '../../policies/retraining-budget.ts'
import { settingsInForce } from '../applied.ts'
import { askingTemporal } from '../ask-temporal.ts'
import type { GatewayDeps } from '../deps.ts'
import { heldRetrainings } from '../held-retrainings.ts'
import { rememberAsker, requirePerson } from '../people.ts'

/** Retraining of all models: budgets, who waits, and the storm that a person may end. */
export function retrainingRoutes(app: FastifyInstance, deps: GatewayDeps): void {
  const { db, identity, temporal, clock } = deps
  const asking = askingTemporal(deps)

  app.get('/retraining', async (request): Promise<RetrainingAnswer> => {
    await requirePerson(identity, request, 'viewer', 'look at retraining')
    const [settings, held] = await Promise.all([settingsInForce(db), heldRetrainings(deps)])
    const budget = settings?.retraining.budget
    return {
      schema: 'driftgate-retraining/1',
      budget: budget === undefined ? null : await usedOf(deps, budget),
      ...held,
    }
  })

  app.post('/retraining/release', async (request): Promise<z.infer<typeof releaseStormAnswer>> => {
    const person = await requirePerson(identity, request, 'operator', 'end the hold of a storm')
    const { reason } = releaseStormRequest.parse(request.body)
    const storm = await openStorm(db)
    const held = (await listWishes(db)).filter(({ waitsFor }) => waitsFor === 'storm')
    // Said again after Temporal did not answer, it tells those that still wait.
    if (storm === null && held.length === 0) throw new DriftgateError('STORM_NONE', {})
    await rememberAsker(deps, person)
    if (storm !== null) {
      await endStorm(db, storm, new Date(clock()), { by: person.subject, reason })
      request.log.info({ person: person.subject, storm: storm.id, reason }, 'storm released')
    }
    const message = { eventId: `storm-released/${randomUUID()}` }
    // Whoever is not told because Temporal is gone looks again by itself within a quarter of an hour.
    for (const { model } of held) {
      await asking(() => tellSteward(temporal, model, 'storm-released', message))
    }
    return { schema: 'driftgate-storm/1', released: held.map(({ model }) => model) }
  })
}

async function usedOf({ db, clock }: GatewayDeps, budget: RetrainingBudget) {
  const nowMs = clock()
  const spent = countingAt(budget, await spentSince(db, new Date(nowMs - budget.per)), nowMs)
  const { runs, cost, per: periodMs } = budget
  return {
    periodMs,
    runs: runs === undefined ? null : { spent: spent.length, of: runs },
    cost: cost === undefined ? null : { spent: costOf(spent), of: cost },
  }
}
