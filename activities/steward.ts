import type pg from 'pg'
import { upsertIncident } from '../adapters/postgres/incidents.ts'
import { upsertNotice } from '../adapters/postgres/notices.ts'
import { transaction } from '../adapters/postgres/pool.ts'
import { reserveNumber } from '../adapters/postgres/releases.ts'
import { settleReservations } from '../adapters/postgres/retraining-budgets.ts'
import { recordDecision } from '../adapters/postgres/retraining-decisions.ts'
import { deleteWish } from '../adapters/postgres/retraining-wishes.ts'
import { lastTrained } from '../adapters/postgres/retrainings.ts'
import { findSteward, upsertSteward } from '../adapters/postgres/stewards.ts'
import {
  type Environment,
  type StewardMessages,
  tellSteward,
} from '../adapters/temporal/messages.ts'
import type { Admission } from '../contracts/admission.ts'
import type { CardSubject } from '../contracts/card.ts'
import type { Settings } from '../contracts/config.ts'
import { type Incident, incidentKinds } from '../contracts/incident.ts'
import type { RetrainPhase } from '../contracts/retrain-phases.ts'
import type { ScanPhase } from '../contracts/scan-phases.ts'
import type { GovernorSettings, StewardState, Wanted } from '../contracts/steward.ts'
import { incidentsOf } from '../policies/incidents.ts'
import { digestOf } from '../profiles/index.ts'
import { admitRetraining, retrainingFreezeAt, stormNow } from './admit-retraining.ts'
import { runKeyFor } from './run-key.ts'

export interface StewardDeps {
  readonly db: pg.Pool
  readonly client: Environment['client']
  /** The configuration in force. */
  readonly settings: () => Promise<Settings>
  readonly clock: () => number
  /** Absent: nobody wants to know. */
  readonly onPhase?: (phase: ScanPhase | RetrainPhase) => Promise<void> | void
}

export interface Tidings<Name extends keyof StewardMessages> {
  readonly prefix: string
  readonly model: string
  readonly signal: Name
  readonly message: StewardMessages[Name]
}

export interface SavedSteward {
  /** What people see of these is not what it should be. */
  readonly changed: readonly CardSubject[]
}

/** What holds for a model that was taken out of the configuration: nothing starts by itself. */
const retired: GovernorSettings = {
  policy: 'never',
  windows: 1,
  outOf: 1,
  minimumLabels: 1,
  cooldown: 0,
  labelPoll: 60_000,
}

/** What the steward of a model needs of the world, on the queue `orchestration`. */
export const stewardActivities = (deps: StewardDeps) => ({
  /** PostgreSQL is the record: a steward that starts anew goes on from here. */
  loadSteward: ({ model }: { model: string }): Promise<StewardState | null> =>
    findSteward(deps.db, model),

  /** State, incidents and notices of one event, all or nothing; which of them are not as they were. */
  async saveSteward({ state }: { state: StewardState }): Promise<SavedSteward> {
    await deps.onPhase?.('before steward is saved')
    const changed: CardSubject[] = []
    await transaction(deps.db, async (client) => {
      const at = new Date(deps.clock())
      await upsertSteward(client, state, at)
      if (state.wanted === null) await endWish(client, state, at)
      for (const incident of incidentsOf(state)) {
        if (!(await upsertIncident(client, incident))) continue
        await keepDecision(client, incident, at)
        changed.push({ kind: 'incident', id: incident.id })
      }
      await stormNow(client, at)
      if (state.refresh !== null || state.wanted?.incident === null) {
        await keepRefreshDecision(client, state, at)
      }
      for (const notice of state.notices) {
        if (await upsertNotice(client, notice)) changed.push({ kind: 'notice', id: notice.id })
      }
    })
    await deps.onPhase?.('after steward is saved')
    return { changed }
  },

  async governorSettings({ model }: { model: string }): Promise<GovernorSettings> {
    const settings = await deps.settings()
    const found = settings.models[model]
    if (found === undefined) return retired
    const { policy, windows, outOf, minimumLabels, cooldown, labelPoll, gainless } =
      found.retraining
    const escalateAfter = found.notifications.escalation?.after ?? null
    const { refresh: every } = found.retraining
    const since = every === undefined ? null : await lastTrained(deps.db, model)
    const limits = {
      ...{ gainless, gains: true as const },
      freeze: retrainingFreezeAt(settings, found, deps.clock()),
      refresh:
        every === undefined || since === null
          ? null
          : { every, dueAt: new Date(since.getTime() + every).toISOString() },
    }
    return { policy, windows, outOf, minimumLabels, cooldown, labelPoll, escalateAfter, limits }
  },

  /** The run key: the same wish under the same settings has the same name. */
  async nameRetraining(input: { model: string; wanted: Wanted }): Promise<{ runKey: string }> {
    return { runKey: runKeyOf(await deps.settings(), input.model, input.wanted) }
  },

  /** Whether it may start, with its part of the retraining budgets. */
  async admitRetraining({ model, wanted }: { model: string; wanted: Wanted }): Promise<Admission> {
    const settings = await deps.settings()
    const runKey = runKeyOf(settings, model, wanted)
    const onReserved = () => deps.onPhase?.('in admission, reserved')
    const admission = await admitRetraining({ ...deps, onReserved }, settings, {
      ...{ model, wanted, runKey },
    })
    await deps.onPhase?.('after admission')
    return admission
  },

  /** `<model>/<n>`, one number per run key. */
  async reserveRelease(input: { model: string; runKey: string }): Promise<{ release: string }> {
    const n = await transaction(deps.db, (client) =>
      reserveNumber(client, input.model, input.runKey),
    )
    return { release: `${input.model}/${n}` }
  },

  /** Signal-with-start: a steward that is gone comes back from PostgreSQL. */
  async tellSteward<Name extends keyof StewardMessages>(input: Tidings<Name>): Promise<void> {
    const { prefix, model, signal, message } = input
    await deps.onPhase?.('before signal')
    await tellSteward({ client: deps.client, prefix }, model, signal, message)
    await deps.onPhase?.('after signal')
  },
})

/** Why an open incident leads to no retraining, or that it does: on record, whatever it says later. */
async function keepDecision(client: pg.PoolClient, incident: Incident, at: Date) {
  const { model, id, state, next, kind } = incident
  if (state !== 'open' || !incidentKinds[kind].retrains) return
  await recordDecision(client, model, { at, incident: id, sentence: next })
}

/** The same of a retraining that no incident asks for. */
async function keepRefreshDecision(
  client: pg.PoolClient,
  { model, refresh, wanted }: StewardState,
  at: Date,
) {
  const sentence = refresh ?? wanted?.parked?.reason ?? `wanted: ${wanted?.reason}`
  await recordDecision(client, model, { at, incident: null, sentence })
}

/** Nothing is wanted any more: it waits for nothing, and what has ended, or never began, is settled. */
async function endWish(client: pg.PoolClient, { model, retraining }: StewardState, at: Date) {
  await deleteWish(client, model)
  await settleReservations(client, model, retraining?.runKey ?? null, at)
}

function runKeyOf(settings: Settings, model: string, { incident, from, request }: Wanted): string {
  const settingsDigest = digestOf(settings.models[model] ?? null)
  const parts = { model, incident, from, settingsDigest }
  return runKeyFor(request === null ? parts : { ...parts, request })
}
