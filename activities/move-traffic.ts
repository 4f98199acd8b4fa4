import { withAdvisoryLock } from '../adapters/postgres/advisory-lock.ts'
import type { Db } from '../adapters/postgres/pool.ts'
import { insertPromotion, markFoundMoved } from '../adapters/postgres/promotions.ts'
import {
  confirmMove,
  findMove,
  insertMove,
  refuseMove,
} from '../adapters/postgres/traffic-moves.ts'
import type { TargetState } from '../adapters/serving/rollout-target.ts'
import { DriftgateError } from '../contracts/errors.ts'
import type { OnRolloutPhase } from '../contracts/rollout-phases.ts'
import { sameTraffic, type Traffic, versionsIn } from '../contracts/traffic.ts'
import { proveLoadable } from './prove-loadable.ts'
import { modelOf, placeOf, type TrainingDeps } from './training-deps.ts'

export type MoveDeps = Pick<TrainingDeps, 'db' | 'registry' | 'rollout' | 'settings' | 'clock'> & {
  /** Absent: nobody wants to know. */
  readonly onRolloutPhase?: OnRolloutPhase
}

export interface MoveInput {
  readonly release: string
  readonly model: string
  /** From 0 in a release: a move that is asked for again is the same one. */
  readonly seq: number
  readonly traffic: Traffic
  /** Towards the candidate; false: back to what served, which was proven to load before it was left. */
  readonly forward: boolean
  /** Of the state that was last seen by whoever decided to move. */
  readonly expectedGeneration: string
  /** A person, or `rule:<name>`. */
  readonly by: string
  readonly reason: string
}

export interface Moved {
  readonly generation: string
  /** When it was confirmed, ISO 8601. */
  readonly at: string
}

/**
 * One change of the traffic: the row of its intent, the change with its precondition, its confirmation. Repeated at any
 * time it finds out what became of it. Every version that shall answer is proven to load before, the one that is gone
 * back to among them.
 *
 * Errors: RELEASE_STALE (somebody else moved it: nothing is touched, and the row says so), ROLLBACK_TARGET_MISSING,
 * ROLLOUT_UNABLE, ROLLOUT_UNREADABLE, REGISTRY_REJECTED, REGISTRY_UNREACHABLE (retryable).
 */
export async function moveTraffic(deps: MoveDeps, input: MoveInput): Promise<Moved> {
  const { model, release, seq, traffic, expectedGeneration } = input
  const settings = (await modelOf(deps, model)).model
  const place = placeOf(model, settings)
  const now = () => new Date(deps.clock())
  return withAdvisoryLock(deps.db, `rollout/${place.name}/${place.alias}`, async (db) => {
    const known = await findMove(db, release, seq)
    if (known?.movedAt && known.generation !== null) {
      return { generation: known.generation, at: known.movedAt.toISOString() }
    }
    const before = await deps.rollout.read(place)
    const write = () => insertMove(db, { ...input, before: before.traffic, askedAt: now() })
    if (sameTraffic(before.traffic, traffic)) {
      if (known === null) await write()
      return confirmed(deps, db, input, before)
    }
    if (before.generation !== expectedGeneration) {
      const current = before.generation
      if (known === null) await write()
      await refuseMove(db, { release, seq, refused: `others had moved it: ${current}` })
      throw new DriftgateError('RELEASE_STALE', { release, given: expectedGeneration, current })
    }
    if (input.forward) {
      for (const version of versionsIn({ ...traffic, ...wayBack(traffic, before) })) {
        await proveLoadable(deps, model, place, version)
      }
    }
    await deps.onRolloutPhase?.('before move is written')
    if (known === null) {
      await inTransaction(db, async () => {
        await write()
        const version = traffic.stable
        if (version === null || version === before.version) return
        const previousVersion = before.version
        await insertPromotion(db, { model, version, previousVersion, expectedGeneration })
      })
    }
    await deps.onRolloutPhase?.('after move is written')
    const after = await deps.rollout.set(place, traffic, expectedGeneration)
    await deps.onRolloutPhase?.('after target is moved')
    const result = await confirmed(deps, db, input, after)
    const { challenger } = settings.registry
    if (input.forward && isAll(traffic) && traffic.stable !== null)
      await deps.registry.dropAlias(place.name, challenger, traffic.stable)
    return result
  })
}

const isAll = ({ canary, shadow }: Traffic): boolean => canary === null && shadow === null

/** What is left behind must be there to be gone back to: where all of the traffic moves, the version before. */
const wayBack = (traffic: Traffic, { version }: TargetState) =>
  isAll(traffic) ? { shadow: version } : {}

async function inTransaction(db: Db, work: () => Promise<void>): Promise<void> {
  await db.query('begin')
  await work()
  // A failure ends the session, and what it began with it.
  await db.query('commit')
}

async function confirmed(
  deps: MoveDeps,
  db: Db,
  { model, release, seq, traffic }: MoveInput,
  { generation }: TargetState,
): Promise<Moved> {
  const at = new Date(deps.clock())
  await confirmMove(db, { release, seq, generation }, at)
  const version = traffic.stable
  if (version !== null) await markFoundMoved(db, { model, version, generation }, at)
  await deps.onRolloutPhase?.('after move is confirmed')
  return { generation, at: at.toISOString() }
}
