import { CancellationScope, condition, isCancellation, log } from '@temporalio/workflow'
import type { FollowedHealth } from '../activities/follow-health.ts'
import type { BegunRollout } from '../activities/rollouts.ts'
import type { ReleaseInput } from '../contracts/messages.ts'
import { type Traffic, trafficInWords } from '../contracts/traffic.ts'
import { thawPauseMs } from '../policies/freeze.ts'
import { type Look, moved, nextAction, type Rollout, seen } from '../policies/rollout.ts'
import { healthActs, releaseActs, rolloutActs, trafficActs } from './activities.ts'
import { failureOf } from './failure.ts'
import type { Mutex } from './mutex.ts'
import type { Rolling } from './release-orders.ts'
import type { Ended } from './release-traffic.ts'

export interface RollingOut {
  readonly input: ReleaseInput
  readonly rolling: Rolling
  readonly mutex: Mutex
  /** Asks for the cards as the record is now. */
  readonly show: () => void
  /** It is done without the freeze, since the glass was broken. */
  readonly freezes: boolean
}

/** Walks the steps until all of the traffic has moved and was watched, or all of it is back. */
export async function rollOut(out: RollingOut, begun: BegunRollout): Promise<Ended> {
  const { input, rolling, mutex, show } = out
  const { release, prefix } = input
  const { settings } = begun
  const change = (next: (rollout: Rollout) => Rollout) =>
    mutex(async () => {
      rolling.rollout = next(rolling.rollout!)
      await rolloutActs(prefix).saveRollout({ release, rollout: rolling.rollout })
      show()
    })
  rolling.rollout = begun.rollout
  try {
    for (;;) {
      const rollout: Rollout = rolling.rollout!
      const action = nextAction(rollout, settings, Date.now())
      switch (action.do) {
        case 'end':
          return { state: action.state, reason: action.reason }
        case 'wait':
          await changed(rolling, rollout, action.untilMs)
          break
        case 'look': {
          const found = await looked(out, rollout, action, settings.look)
          if (found === null) break
          const { health, atMs } = found
          const told = { orders: rollout.orders, nowMs: Math.max(atMs, Date.now()) }
          await change((now) => seen(now, health, told, settings))
          continue
        }
        case 'move':
          await step(out, rollout, action, change)
          continue
      }
      // Somebody ordered something.
      if (rolling.rollout !== rollout) await change((now) => now)
    }
  } finally {
    rolling.rollout = null
  }
}

/** Until the rollout is another one, or the time is there. */
async function changed(rolling: Rolling, before: Rollout, untilMs: number | null): Promise<void> {
  const isOther = () => rolling.rollout !== before
  if (untilMs === null) await condition(isOther)
  else await condition(isOther, Math.max(1, untilMs - Date.now()))
}

/** What the looks at the health came to; null: somebody ordered something first. */
async function looked(
  { input, rolling }: RollingOut,
  before: Rollout,
  { about, untilMs, patienceMs, stops }: Look,
  lookMs: number,
): Promise<FollowedHealth | null> {
  const { model, prefix, release } = input
  const scope = new CancellationScope()
  const health = scope.run(() =>
    healthActs(prefix).followHealth({
      ...{ model, release, ...about, untilMs, patienceMs, stops, lookMs },
    }),
  )
  const first = await Promise.race([
    health.catch((error: unknown) => {
      if (isCancellation(error)) return null
      throw error
    }),
    condition(() => rolling.rollout !== before).then(() => null),
  ])
  if (first === null) scope.cancel()
  return first
}

/** One change of the traffic. Where it cannot be made forward, all of it goes back; where others moved it, nothing does. */
async function step(
  out: RollingOut,
  rollout: Rollout,
  { traffic, forward }: { readonly traffic: Traffic; readonly forward: boolean },
  change: (next: (rollout: Rollout) => Rollout) => Promise<void>,
): Promise<void> {
  const { input, freezes } = out
  const { model, prefix, release } = input
  if (forward && freezes) {
    const at = new Date(Date.now()).toISOString()
    const freeze = await releaseActs(prefix).freezeAt({ model, at })
    if (freeze !== null) {
      const frozenUntilMs = Date.now() + thawPauseMs(Date.parse(freeze.until), Date.now())
      await change((now) => ({ ...now, frozenUntilMs }))
      return
    }
  }
  const { by, reason } = rollout.back ?? { by: 'rule:steps', reason: trafficInWords(traffic) }
  try {
    const { generation, at } = await rolloutActs(prefix).moveTraffic({
      ...{ release, model, seq: rollout.moves, traffic, forward, by, reason },
      expectedGeneration: rollout.generation,
    })
    if (traffic.stable !== null) await trafficActs(prefix).confirmTraffic({ model, traffic })
    await change((now) => moved(now, { traffic, generation }, Math.max(Date.parse(at), Date.now())))
  } catch (error) {
    const failure = failureOf(error)
    if (failure === null || !forward || failure.code === 'RELEASE_STALE') throw error
    log.warn('a step failed', { ...failure })
    await change((now) => ({
      ...now,
      back: now.back ?? { by: 'rule:step', reason: failure.sentence },
    }))
  }
}
