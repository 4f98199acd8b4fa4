import { condition } from '@temporalio/workflow'
import type { GateEventKind } from '../contracts/gate-event.ts'
import { releaseActs } from './activities.ts'
import type { Mutex } from './mutex.ts'
import { type Answering, askAnew } from './release-answers.ts'

/**
 * Until somebody has decided or the request expires; one that is asked anew may expire sooner. On the way people are
 * reminded and others are asked too, each once.
 */
export async function untilDecided(
  answering: Answering,
  mutex: Mutex,
  remind: (kind: GateEventKind) => void,
): Promise<void> {
  do {
    const { expiresAtMs } = answering.gate!
    const { moments } = answering
    const next = moments[0]
    const anew = () => answering.gate!.expiresAtMs !== expiresAtMs || answering.moments !== moments
    const until = Math.min(expiresAtMs, next?.atMs ?? expiresAtMs)
    const left = Math.max(1, until - Date.now())
    if (await condition(() => isDecided(answering) || anew(), left)) continue
    if (next === undefined) return
    // An answer that is being judged right now comes first.
    if (await mutex(() => happen(answering, next.kind))) remind(next.kind)
  } while (!isDecided(answering))
}

/** Whether it still means anything. */
async function happen(answering: Answering, kind: GateEventKind): Promise<boolean> {
  answering.moments = answering.moments.filter((moment) => moment.kind !== kind)
  if (isDecided(answering)) return false
  const { prefix, release } = answering.input
  const at = new Date(Date.now()).toISOString()
  await releaseActs(prefix).noteGateEvent({ release, kind, at })
  if (kind === 'asked-again') await askAnew(answering)
  if (kind === 'escalated') answering.gate = { ...answering.gate!, standIn: answering.standIns }
  return true
}

const isDecided = ({ gate, voided }: Answering): boolean =>
  (gate !== null && gate.decided !== null) || voided !== undefined
