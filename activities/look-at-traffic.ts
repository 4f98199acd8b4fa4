import {
  endFound,
  type FoundTraffic,
  insertFound,
  openFound,
} from '../adapters/postgres/found-traffic.ts'
import { listNotices } from '../adapters/postgres/notices.ts'
import { transaction } from '../adapters/postgres/pool.ts'
import { insertPromotion, markMoved } from '../adapters/postgres/promotions.ts'
import { type RecordedTraffic, recordedTraffic } from '../adapters/postgres/recorded-traffic.ts'
import type { ModelSettings } from '../contracts/config.ts'
import { DriftgateError } from '../contracts/errors.ts'
import type { FoundTrouble } from '../contracts/reconcile.ts'
import { allTo, trafficInWords } from '../contracts/traffic.ts'
import { foreignMoveSentence, judgeTarget } from '../policies/foreign-move.ts'
import type { PromoteDeps } from './promote.ts'
import { modelOf, placeOf } from './training-deps.ts'

type Told = Pick<FoundTrouble, 'trouble' | 'ended' | 'urgent'>
type LookDeps = Pick<PromoteDeps, 'db' | 'rollout' | 'settings' | 'clock'>

/**
 * Holds what a rollout target holds against the record. What no release put there is written down and told, and never
 * moved back: it is over when the traffic is as before, a release has moved it, or a person acknowledged the notice,
 * which makes it the record. Null: nothing can be said now, since a move of ours is under way.
 *
 * Errors: those of the rollout target.
 */
export async function lookAtTraffic(deps: LookDeps, model: string): Promise<Told | null> {
  const settings = (await modelOf(deps, model)).model
  const urgent = settings.critical && { urgent: true as const }
  try {
    const told = await look(deps, model, settings)
    return told?.trouble ? { ...told, ...urgent } : told
  } catch (error) {
    if (!(error instanceof DriftgateError) || error.code !== 'ROLLOUT_UNREADABLE') throw error
    // Others wrote there what no release ever does.
    return { trouble: error.message, ...urgent }
  }
}

async function look(deps: LookDeps, model: string, settings: ModelSettings): Promise<Told | null> {
  const { db } = deps
  const before = await recordedTraffic(db, model)
  const { traffic: found, generation } = await deps.rollout.read(placeOf(model, settings))
  // A release that moved it meanwhile is no other hand.
  if (!isSameRecord(before, await recordedTraffic(db, model))) return null
  const open = await openFound(db, model)
  const { traffic: recorded, moving } = before
  const by = open && (await acknowledgedBy(deps, model, open))
  const judged = judgeTarget({
    ...{ recorded, moving, found, open: open?.found ?? null, acknowledgedBy: by },
  })
  const at = new Date(deps.clock())
  const seen = { expected: recorded, found, generation, foundAt: at }
  switch (judged.kind) {
    case 'moving':
      return null
    case 'first':
      await insertFound(db, model, seen, 'first')
      return { trouble: null }
    case 'as-recorded': {
      if (open === null) return { trouble: null }
      const released = before.since !== null && before.since > open.foundAt
      await endFound(db, open.id, { as: released ? 'moved' : 'back', at })
      const now = trafficInWords(found)
      return {
        trouble: null,
        ended: released ? `a release moved it: ${now}` : `it is back: ${now}`,
      }
    }
    case 'accepted':
      await accept(deps, model, open!, judged.by)
      return {
        trouble: null,
        ended: `${judged.by} acknowledged it: ${trafficInWords(found)} is what holds now`,
      }
    case 'foreign-again':
      await endFound(db, open!.id, { as: 'moved', at })
      return { trouble: null, ended: `somebody moved it again: ${trafficInWords(found)}` }
    case 'foreign': {
      if (judged.isNew) {
        if (open !== null) await endFound(db, open.id, { as: 'moved', at })
        await insertFound(db, model, seen, null)
      }
      return { trouble: foreignMoveSentence(recorded ?? allTo(null), found) }
    }
  }
}

/** Whoever acknowledged the notice after this was found; what was acknowledged before was another move. */
async function acknowledgedBy(
  { db }: LookDeps,
  model: string,
  { foundAt }: FoundTraffic,
): Promise<string | null> {
  const notice = (await listNotices(db, model)).find(
    ({ cause, state }) => cause === 'TRAFFIC_MOVED' && state === 'open',
  )
  const acknowledged = notice?.acknowledged
  return acknowledged && Date.parse(acknowledged.at) > foundAt.getTime() ? acknowledged.name : null
}

/** It is the record from now on, with the version before as the way back. */
async function accept(
  { db, clock }: LookDeps,
  model: string,
  open: FoundTraffic,
  by: string,
): Promise<void> {
  const at = new Date(clock())
  const { found, expected, generation } = open
  await transaction(db, async (client) => {
    if (!(await endFound(client, open.id, { as: 'accepted', at, by }))) return
    // Where nothing answers any more there is no version to go on from.
    if (found.stable === null) return
    const id = await insertPromotion(client, {
      ...{ model, version: found.stable, previousVersion: expected?.stable ?? null },
      expectedGeneration: generation,
    })
    await markMoved(client, id, generation, at)
  })
}

const isSameRecord = (one: RecordedTraffic, other: RecordedTraffic): boolean =>
  JSON.stringify(one) === JSON.stringify(other)
