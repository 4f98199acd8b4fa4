import type pg from 'pg'
import { addStation, endDrill, insertDrill, noteDrill } from '../adapters/postgres/drills.ts'
import type { SecretOf } from '../adapters/postgres/pool.ts'
import type { Settings } from '../contracts/config.ts'
import type { BegunDrill, DrillState, Station } from '../contracts/drill.ts'
import { DriftgateError, type ErrorDetails, isErrorCode } from '../contracts/errors.ts'
import type { Outcome } from '../contracts/release.ts'
import { answerDrill } from './answer-drill.ts'
import { type DrillId, drillSettingsOf } from './drill-of.ts'
import { sha256 } from './marker.ts'

export interface DrillDeps {
  readonly db: pg.Pool
  /** The configuration in force. */
  readonly settings: () => Promise<Settings>
  readonly clock: () => number
  /** How the secret of the drill identity is read. */
  readonly secretOf: SecretOf
}

export interface BeginDrill {
  readonly model: string
  readonly asked: string
  readonly workflowId: string
  readonly requestedBy: string
}

export interface NotedStation extends DrillId {
  readonly station: Omit<Station, 'help'>
  /** Of the error that it failed by. */
  readonly details?: ErrorDetails
}

/** The record of drills, on the queue `orchestration`. Every step may be repeated at any time. */
export const drillActivities = (deps: DrillDeps) => ({
  /** Errors: MODEL_UNKNOWN, DRILL_NOT_CONFIGURED. */
  async beginDrill(input: BeginDrill): Promise<BegunDrill> {
    const { drill: how } = await drillSettingsOf(deps, input.model)
    const { drill: fleet, cluster } = await deps.settings()
    const at = new Date(deps.clock())
    const { drill, runKey } = await insertDrill(deps.db, { ...input, at })
    return {
      ...{ drill, runKey, patience: how.patience },
      // What waits, runs, and is silent for as long as it may run.
      longest: cluster.queueTimeout + 2 * how.timeout + how.patience,
      hasChannel: how.channel !== undefined,
      hasIdentity: fleet !== undefined,
    }
  },

  /** What was found on the way, and how a station ended. */
  async noteStation({ drill, station, details }: NotedStation): Promise<void> {
    const { code } = station
    const help = isErrorCode(code) ? new DriftgateError(code, details).help : null
    await addStation(deps.db, drill, { ...station, help })
  },

  async endDrill({ drill, state }: DrillId & { readonly state: DrillState }): Promise<void> {
    await endDrill(deps.db, drill, { state, at: new Date(deps.clock()) })
  },

  /** What the answer of a drill is bound to, where nothing was trained. */
  async bindDrill({ drill }: DrillId): Promise<{ digest: string }> {
    const digest = sha256(drill)
    await noteDrill(deps.db, drill, { digest })
    return { digest }
  },

  answerDrill: (input: DrillId): Promise<Outcome> => answerDrill(deps, input),
})
