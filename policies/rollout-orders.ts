import type { Place } from '../contracts/gate-policy.ts'
import type { OutcomeName } from '../contracts/release.ts'
import type { OrderClaims, OrderCommand } from '../contracts/rollout.ts'
import type { Gate } from './gate-state.ts'
import { fits, fitsAny, type StandIn } from './quorum.ts'
import { asAsker } from './right.ts'
import { advanced, isPausedByPerson, type Rollout } from './rollout.ts'

/** What an order came to. */
export interface Ordered {
  readonly rollout: Rollout
  readonly outcome: OutcomeName
  readonly sentence: string
}

/** What an order is judged by besides. */
export interface OrderedIn {
  readonly gate: Pick<Gate, 'places' | 'standIn' | 'requestedBy' | 'owners'>
  /** Every name of the people who asked for the release: they may stop it, not let it go on. */
  readonly askers: readonly string[]
  readonly reason: string
  readonly nowMs: number
}

const less: readonly OrderCommand[] = ['pause', 'abort', 'rollback']

/**
 * Judges one order of a person at `nowMs`. Whoever runs the servers (role operator) may take traffic away from a
 * candidate; giving it more is for those who may approve it, and for the role that a stage asks for.
 */
export function judgeOrder(
  rollout: Rollout,
  claims: Pick<OrderClaims, 'command' | 'sub' | 'person' | 'name' | 'roles' | 'groups'>,
  { gate, askers, reason, nowMs }: OrderedIn,
): Ordered {
  const refuse = (outcome: OutcomeName, sentence: string): Ordered => ({
    ...{ rollout, outcome, sentence },
  })
  const { command, name } = claims
  const person = claims.person ?? claims.sub
  const missing = mayOrder(rollout, claims, gate)
  if (missing !== null) return refuse('NOT_AUTHORISED', `${name} does not have ${missing}`)
  if (command === 'resume' && asAsker(gate, { ...claims, person, askers }) !== null) {
    return refuse('SELF_APPROVAL', `${name} asked for this release and may not let it go on`)
  }
  const { back, paused, stages, at, health } = rollout
  const stage = stages[at]
  if (back !== null) return refuse('NOT_NOW', `it goes back already: ${back.reason}`)
  const done = (
    outcome: OutcomeName,
    sentence: string,
    changed: Partial<Rollout> | Rollout,
  ): Ordered => ({
    rollout: { ...rollout, ...changed, orders: rollout.orders + 1 },
    ...{ outcome, sentence },
  })
  switch (command) {
    case 'pause':
      if (paused !== null && isPausedByPerson(rollout)) {
        return refuse('NOT_NOW', `${paused.by} has paused it already`)
      }
      return done('PAUSED', 'nothing moves by itself until somebody resumes it', {
        paused: { by: name, reason },
      })
    case 'resume': {
      if (paused === null && stage?.kind !== 'confirm') {
        return refuse('NOT_NOW', 'it goes on already: it is not paused, and waits for nobody')
      }
      const knowing = health?.state === 'UNHEALTHY'
      const stands = rollout.stands || knowing
      const goes = { ...rollout, paused: null, stands }
      if (isPausedByPerson(rollout)) {
        const so = knowing ? ', also while it is unhealthy' : ''
        return done('RESUMED', `it goes on where it was paused${so}`, goes)
      }
      return done('RESUMED', 'it goes on to its next step', advanced(goes, nowMs))
    }
    default:
      return done(
        command === 'abort' ? 'ABORTED' : 'ROLLED_BACK',
        rollout.stable === null
          ? 'nothing served before: what moves now is all there is'
          : `version ${rollout.stable} takes all of the traffic again`,
        { back: { by: name, reason: `${command} by ${name}: ${reason}` }, paused: null },
      )
  }
}

/** An order to take back what has moved already: null, or what the person would need. */
export const mayTakeBack = (
  own: Pick<OrderClaims, 'roles' | 'groups'>,
  gate: Places,
): string | null => (own.roles.includes('operator') ? null : mayApprove(own, gate))

const mayApprove = (
  own: Pick<OrderClaims, 'roles' | 'groups'>,
  { places, standIn = null }: Places,
): string | null => (fitsAny(places, own, standIn) ? null : 'what approving this release takes')

interface Places {
  readonly places: readonly Place[]
  readonly standIn?: StandIn
}

/** Null: the person may; else what they would need, in words. */
function mayOrder(
  { stages, at, paused }: Rollout,
  { command, ...own }: Pick<OrderClaims, 'command' | 'roles' | 'groups'>,
  gate: Places,
): string | null {
  const stage = stages[at]
  if (command === 'resume' && stage?.kind === 'confirm' && paused === null) {
    return fits({ role: stage.role }, own) ? null : `the role ${stage.role}`
  }
  return less.includes(command) ? mayTakeBack(own, gate) : mayApprove(own, gate)
}
