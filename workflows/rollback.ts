import type { WayBack } from '../activities/way-back.ts'
import type { Outcome } from '../contracts/release.ts'
import type { RollbackInput } from '../contracts/release-messages.ts'
import type { OrderClaims } from '../contracts/rollout.ts'
import { allTo } from '../contracts/traffic.ts'
import { mayTakeBack } from '../policies/rollout-orders.ts'
import { rolloutActs, trafficActs } from './activities.ts'
import { failureOf } from './failure.ts'
import { type JudgedOrder, recordedOrder } from './recorded-order.ts'
import { releaseCards } from './release-cards.ts'

/** A person takes back what a release moved, after it has ended. The order is in the chain before anything moves. */
export async function rollback(input: RollbackInput): Promise<Outcome> {
  const { model, prefix, release, message } = input
  const acts = rolloutActs(prefix)
  const way = await acts.findWayBack({ release, model })
  const evidenceDigest = 'none' in way ? '' : way.evidenceDigest
  let by = ''
  const { told } = await recordedOrder(
    { prefix, release, message, evidenceDigest },
    ({ claims }) => {
      by = claims.name
      return judged(way, claims)
    },
  )
  const { outcome, sentence } = told
  if (outcome !== 'ROLLED_BACK' || 'none' in way) return told
  const traffic = allTo(way.stable)
  const why = `rollback by ${by}: ${message.reason}`
  try {
    await acts.moveTraffic({
      ...{ release, model, seq: way.seq, traffic, forward: false },
      ...{ expectedGeneration: way.generation, by, reason: why },
    })
  } catch (error) {
    const failure = failureOf(error)
    if (failure === null) throw error
    return { outcome: 'NOT_NOW', sentence: failure.sentence, release }
  }
  await acts.noteRolledBack({ release, reason: why })
  const cards = releaseCards({ prefix, release })
  cards.show()
  await cards.shown()
  try {
    await trafficActs(prefix).confirmTraffic({ model, traffic })
  } catch (error) {
    const failure = failureOf(error)
    if (failure === null) throw error
    return { outcome, sentence: `${sentence}, but ${failure.sentence}`, release }
  }
  return told
}

function judged(way: WayBack | { readonly none: string }, claims: OrderClaims): JudgedOrder {
  if (claims.command !== 'rollback') {
    return { outcome: 'TOKEN_INVALID', sentence: 'it orders something else' }
  }
  if ('none' in way) return { outcome: 'NOT_NOW', sentence: way.none }
  const missing = mayTakeBack(claims, way)
  if (missing !== null) {
    return { outcome: 'NOT_AUTHORISED', sentence: `${claims.name} does not have ${missing}` }
  }
  const sentence = `version ${way.stable} takes all of the traffic again`
  return { outcome: 'ROLLED_BACK', sentence }
}
