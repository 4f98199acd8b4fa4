import { uuid4 } from '@temporalio/workflow'
import type { Outcome, OutcomeName } from '../contracts/release.ts'
import type { RollbackInput } from '../contracts/release-messages.ts'
import { allTo } from '../contracts/traffic.ts'
import { mayTakeBack } from '../policies/rollout-orders.ts'
import { answerActs, orderActs, rolloutActs, trafficActs } from './activities.ts'
import { failureOf } from './failure.ts'
import { releaseCards } from './release-cards.ts'

/** A person takes back what a release moved, after it has ended. The order is in the chain before anything moves. */
export async function rollback(input: RollbackInput): Promise<Outcome> {
  const { model, prefix, release, message } = input
  const { token, reason } = message
  const acts = rolloutActs(prefix)
  const way = await acts.findWayBack({ release, model })
  const id = uuid4()
  const checked = await orderActs(prefix).checkOrder({ release, id, token })
  const { claims } = checked
  const [outcome, sentence] = judged()
  const account = claims?.sub ?? ''
  const person = checked.claims === null ? '' : checked.person
  await answerActs(prefix).recordDecision({
    ...{ id, release, evidenceDigest: 'none' in way ? '' : way.evidenceDigest, person },
    ...(person !== account && { account }),
    ...{ name: claims?.name ?? '', answer: null },
    ...(claims && { order: claims.command }),
    ...{ outcome, sentence, reason, jti: claims?.jti ?? null },
    at: new Date(Date.now()).toISOString(),
  })
  if (outcome !== 'ROLLED_BACK' || 'none' in way || claims === null) {
    return { outcome, sentence, release }
  }
  const traffic = allTo(way.stable)
  const why = `rollback by ${claims.name}: ${reason}`
  try {
    await acts.moveTraffic({
      ...{ release, model, seq: way.seq, traffic, forward: false },
      ...{ expectedGeneration: way.generation, by: claims.name, reason: why },
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
    await trafficActs(prefix).confirmTraffic({ model, version: way.stable, traffic })
  } catch (error) {
    const failure = failureOf(error)
    if (failure === null) throw error
    return { outcome, sentence: `${sentence}, but ${failure.sentence}`, release }
  }
  return { outcome, sentence, release }

  function judged(): [OutcomeName, string] {
    if (checked.claims === null) return ['TOKEN_INVALID', checked.problem]
    if (checked.used) return ['DUPLICATE', 'this token was already used; ask for a new one']
    if (checked.claims.command !== 'rollback') return ['TOKEN_INVALID', 'it orders something else']
    if ('none' in way) return ['NOT_NOW', way.none]
    const missing = mayTakeBack(checked.claims, way.places)
    if (missing !== null) {
      return ['NOT_AUTHORISED', `${checked.claims.name} does not have ${missing}`]
    }
    return ['ROLLED_BACK', `version ${way.stable} takes all of the traffic again`]
  }
}
