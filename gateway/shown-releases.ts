import { rulesInForce } from '../adapters/postgres/gate-policies.ts'
import { pendingPolicies } from '../adapters/postgres/pending-policies.ts'
import {
  findRelease,
  hasEnded,
  listReleases,
  type ReleaseRow,
  releaseView,
} from '../adapters/postgres/releases.ts'
import { findRollout } from '../adapters/postgres/rollouts.ts'
import { listMoves } from '../adapters/postgres/traffic-moves.ts'
import type { PendingPolicy } from '../contracts/policy-change.ts'
import type { ReleaseState, ReleaseView } from '../contracts/release.ts'
import { localTimeIn } from '../formats/local-time.ts'
import { freezeAt } from '../policies/freeze.ts'
import type { Rollout } from '../policies/rollout.ts'
import { rolloutView } from '../policies/rollout-view.ts'
import { asAnswered } from '../reports/as-answered.ts'
import { settingsInForce } from './applied.ts'
import type { GatewayDeps } from './deps.ts'

type ShowDeps = Pick<GatewayDeps, 'db' | 'clock'>

/** A release as people see it; null when there is none. */
export async function shownRelease(deps: ShowDeps, release: string): Promise<ReleaseView | null> {
  const row = await findRelease(deps.db, release)
  if (row === null) return null
  return (await shower(deps))(row)
}

/** The newest first; of one model, in one state, or all. */
export async function shownReleases(
  deps: ShowDeps,
  { model, state }: { model?: string | undefined; state?: ReleaseState | undefined } = {},
): Promise<ReleaseView[]> {
  const { db } = deps
  const ofModel = model === undefined ? {} : { model }
  const rows = await listReleases(db, { ...ofModel, ...(state && { state }) })
  // What the record still calls waiting may have its deciding answer already.
  if (state && state !== 'waiting') {
    rows.push(...(await listReleases(db, { ...ofModel, state: 'waiting' })))
  }
  const views = await Promise.all(rows.map(await shower(deps)))
  return views.filter((view) => state === undefined || view.state === state)
}

/** Policies that were applied and are not in force, of one model or all. */
export async function shownPolicies(
  { db }: Pick<GatewayDeps, 'db'>,
  model?: string,
): Promise<PendingPolicy[]> {
  const settings = await settingsInForce(db)
  return settings === null ? [] : pendingPolicies(db, settings, model)
}

/** What the record says, its deciding answer at once, and what holds at this moment. */
async function shower({ db, clock }: ShowDeps): Promise<(row: ReleaseRow) => Promise<ReleaseView>> {
  const settings = await settingsInForce(db)
  return async (row) => {
    const rolling = await findRollout<Rollout>(db, row.release)
    const ended = hasEnded(row.state)
    const rollout = rolling && rolloutView(rolling, await listMoves(db, row.release), { ended })
    const view = { ...asAnswered(await releaseView(db, row)), rollout }
    if (settings === null || hasEnded(view.state)) return view
    const rules = await rulesInForce(db, settings, row.model)
    const freeze = freezeAt(rules?.freeze ?? settings.gate.freeze, clock(), localTimeIn)
    return { ...view, freeze }
  }
}
