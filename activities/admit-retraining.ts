import type pg from 'pg'
import { transaction } from '../adapters/postgres/pool.ts'
import {
  findReservation,
  insertReservation,
  settleReservations,
  spentSince,
  takeBudgetTurn,
} from '../adapters/postgres/retraining-budgets.ts'
import {
  breachingAround,
  endStorm,
  insertStorm,
  openStorm,
  type Storm,
  stillBad,
} from '../adapters/postgres/retraining-storms.ts'
import { deleteWish, listWishes, upsertWish } from '../adapters/postgres/retraining-wishes.ts'
import type { Admission } from '../contracts/admission.ts'
import type { ModelSettings, Settings } from '../contracts/config.ts'
import type { Freeze } from '../contracts/release.ts'
import type { Wanted } from '../contracts/steward.ts'
import { localTimeIn } from '../formats/local-time.ts'
import { admit, type StormFacts } from '../policies/admission.ts'
import { isByRule } from '../policies/causes.ts'
import { freezeAt } from '../policies/freeze.ts'
import { canStorm, isStormOver } from '../policies/storm.ts'

export interface AdmitDeps {
  readonly db: pg.Pool
  readonly clock: () => number
  /** It is reserved, and not committed yet; absent: nobody wants to know. */
  readonly onReserved?: () => Promise<void> | void
}

export interface Asking {
  readonly model: string
  readonly wanted: Wanted
  readonly runKey: string
}

/**
 * Whether a retraining may start now, and where it may, its part of the retraining budgets: both in one transaction that
 * no other model's runs beside. Asked again under a run key that has its part, it has it: a worker that dies after the
 * commit reserves nothing twice, one that dies before it nothing at all.
 *
 * Errors: POSTGRES_UNREACHABLE (retryable).
 */
export async function admitRetraining(
  deps: AdmitDeps,
  settings: Settings,
  { model, wanted, runKey }: Asking,
): Promise<Admission> {
  const found = settings.models[model]
  // It was taken out of the configuration meanwhile: preparing the run says so, and nothing is spent.
  if (found === undefined) return { outcome: 'admitted', runKey, passed: null }
  return transaction(deps.db, async (client) => {
    await takeBudgetTurn(client)
    // Read after the turn came: whoever waited long for it judges by how it is now.
    const nowMs = deps.clock()
    await settleReservations(client, model, runKey, new Date(nowMs))
    const reserved = await findReservation(client, runKey)
    if (reserved !== null) return { outcome: 'admitted', runKey, passed: reserved.passed }

    const wishes = await listWishes(client)
    const budgets = { model: found.retraining.budget, fleet: settings.retraining.budget }
    const longestMs = Math.max(budgets.model?.per ?? 0, budgets.fleet?.per ?? 0)
    const wish = {
      ...{ model, critical: found.critical },
      ...{ priority: found.retraining.priority, cost: found.retraining.cost },
      sinceMs: wishes.find((each) => each.model === model)?.since.getTime() ?? nowMs,
    }
    const judged = admit(
      {
        ...{ wish, budgets, byRule: isByRule(wanted) },
        freeze: retrainingFreezeAt(settings, found, nowMs),
        storm: await stormFacts(client, settings, wanted.incident, nowMs),
        spent: await spentSince(client, new Date(nowMs - longestMs)),
        queue: wishes
          .filter(({ waitsFor }) => waitsFor === 'fleet-budget')
          .map(({ since, lookAt, ...each }) => ({
            ...each,
            ...{ sinceMs: since.getTime(), lookAtMs: lookAt.getTime() },
          })),
      },
      nowMs,
    )
    if (judged.outcome === 'parked') {
      if (judged.storm !== undefined) {
        const fleet = Object.keys(settings.models).length
        await insertStorm(client, { ...judged.storm, fleet, beganAt: new Date(nowMs) })
      }
      await upsertWish(client, { ...wish, since: new Date(wish.sinceMs) }, judged.parked)
      return { outcome: 'parked', parked: judged.parked }
    }
    const { passed } = judged
    await insertReservation(client, { runKey, model, cost: wish.cost, passed }, new Date(nowMs))
    await deleteWish(client, model)
    await deps.onReserved?.()
    return { outcome: 'admitted', runKey, passed }
  })
}

async function stormFacts(
  client: pg.PoolClient,
  { models, retraining }: Settings,
  incident: string | null,
  nowMs: number,
): Promise<StormFacts> {
  const { storm: settings } = retraining
  const fleet = Object.keys(models).length
  const at = new Date(nowMs)
  const open = settings.watch ? await stormNow(client, at) : null
  if (open !== null) {
    const { beganAt, models: all, stillBad: bad } = open
    const known = { beganAtMs: beganAt.getTime(), models: all.length, stillBad: bad }
    return { settings, fleet, breaching: [], open: known }
  }
  const found = canStorm(fleet, settings)
    ? await breachingAround(client, incident, at, settings.within)
    : []
  // What was taken out of the configuration is no model of the fleet.
  return { settings, fleet, breaching: found.filter((model) => model in models), open: null }
}

/** The storm that holds now, ended where most of its incidents have; null: none does. */
export async function stormNow(
  db: pg.PoolClient,
  at: Date,
): Promise<(Storm & { readonly stillBad: number }) | null> {
  const storm = await openStorm(db)
  if (storm === null) return null
  const bad = await stillBad(db, storm)
  if (!isStormOver(bad, storm.needed)) return { ...storm, stillBad: bad }
  await endStorm(db, storm, at, null)
  return null
}

/** The freeze of retraining that holds for a model; null: none does. */
export const retrainingFreezeAt = (
  { retraining }: Settings,
  model: ModelSettings,
  nowMs: number,
): Freeze | null => freezeAt([...retraining.freeze, ...model.retraining.freeze], nowMs, localTimeIn)
