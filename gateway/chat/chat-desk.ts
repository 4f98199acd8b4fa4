import type { ChatAnswers, Heard } from '../../adapters/chat/chat-answers.ts'
import {
  answered,
  hearDelivery,
  type KeptAnswer,
  keepAnswer,
  postponeAnswer,
  takeAnswers,
} from '../../adapters/postgres/chat-answers.ts'
import { currentSettings } from '../../adapters/postgres/config-versions.ts'
import { transaction } from '../../adapters/postgres/pool.ts'
import { DriftgateError } from '../../contracts/errors.ts'
import type { GatewayDeps } from '../deps.ts'
import { toCoded } from '../problem.ts'
import { answerFromChat } from './answer-from-chat.ts'

/** Who has taken an answer has so long to apply it before others may, milliseconds. */
const leaseMs = 60_000
const roundMs = 1_000
const mostAtOnce = 20

export interface ChatDesk {
  /**
   * Keeps what a delivery says; from then on it is applied, by this gateway or another. Throws what kept it from being
   * kept, and CHAT_DELIVERY_REPEATED for a copy.
   */
  hear(answers: ChatAnswers, channel: string, heard: Heard): Promise<void>
  /** Applies what waits, again and again until it is closed. */
  start(): void
  /** One round of that. */
  round(): Promise<void>
  close(): Promise<void>
}

/** Where answers from every chat come in: kept first, acknowledged then, applied after that, told in the end. */
export function chatDesk(deps: GatewayDeps): ChatDesk {
  const { db, clock } = deps
  const underWay = new Set<Promise<void>>()
  let timer: NodeJS.Timeout | undefined
  const at = (afterMs = 0) => new Date(clock() + afterMs)

  const begin = (kept: KeptAnswer) => {
    const work = apply(kept)
      .catch(deps.onChatProblem)
      .finally(() => underWay.delete(work))
    underWay.add(work)
    return work
  }

  async function apply(kept: KeptAnswer): Promise<void> {
    const { id, answer } = kept
    const { settings } = await currentSettings(db)
    const answers = deps.openAnswers(answer.channel, settings)
    const tell = async (reply: Awaited<ReturnType<typeof answerFromChat>>) => {
      // What was decided stays decided, whether or not the person can be told.
      await answers?.tell(answer, reply).catch(deps.onChatProblem)
    }
    if (answers === null || answers.kind !== answer.account.kind) {
      const told = `nothing: the channel ${answer.channel} takes no answers any more`
      return answered(db, id, { told, at: at() })
    }
    try {
      const reply = await answerFromChat(deps, answer, id)
      await deps.onPhase?.('before press is answered')
      await answered(db, id, { told: reply.text, at: at() })
      await deps.onPhase?.('after press is answered')
      await tell(reply)
    } catch (thrown) {
      const error = toCoded(thrown, `chat answer ${id}`)
      deps.onChatProblem(thrown)
      await postponeAnswer(db, id, {
        problem: `${error.code}: ${error.message}`,
        notBefore: at(pauseMs(kept.tries)),
      })
      if (kept.tries > 1) return
      const text = `Received, not yet applied: ${error.message}. It is tried again by itself.`
      await tell({ text })
    }
  }

  async function round(): Promise<void> {
    const now = at()
    const due = await takeAnswers(db, { now, leaseUntil: at(leaseMs), most: mostAtOnce })
    await Promise.all(due.map(begin))
  }

  return {
    async hear(answers, channel, heard) {
      await deps.onPhase?.('before press is kept')
      const kept = await transaction(db, async (client) => {
        const { deliveryId } = heard
        if (!(await hearDelivery(client, { channel, deliveryId, at: at() }))) return null
        const all: (KeptAnswer | null)[] = []
        for (const each of heard.answers) all.push(await keepAnswer(client, each, at(leaseMs)))
        await deps.onPhase?.('in press, kept')
        return all.filter((each) => each !== null)
      })
      await deps.onPhase?.('after press is kept')
      if (kept === null && !answers.redelivers) {
        throw new DriftgateError('CHAT_DELIVERY_REPEATED', { channel })
      }
      for (const each of kept ?? []) void begin(each)
    },
    start() {
      let busy = false
      timer = setInterval(async () => {
        if (busy) return
        busy = true
        try {
          await round()
        } catch (error) {
          deps.onChatProblem(error)
        } finally {
          busy = false
        }
      }, roundMs)
      timer.unref()
    },
    round,
    async close() {
      clearInterval(timer)
      await Promise.allSettled(underWay)
    },
  }
}

/** 2 s, 4 s, … to 5 minutes. */
const pauseMs = (tries: number): number => Math.min(300_000, 1_000 * 2 ** Math.min(tries, 9))
