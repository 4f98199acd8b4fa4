import { condition, uuid4 } from '@temporalio/workflow'
import { drillRole } from '../contracts/drill.ts'
import type { DecisionMessage, Outcome } from '../contracts/release.ts'
import { type Gate, judgeAnswer } from '../policies/gate.ts'
import { answerActs } from './activities.ts'
import { createMutex } from './mutex.ts'

/** A drill is over long before. */
const lifeMs = 86_400_000

/**
 * The gate of a drill: answers are checked and judged as those to a release are, by the same activity and the same
 * reducer, and stand in the record of the drill alone. No person has the role that it asks for.
 */
export function drillGate(prefix: string) {
  const mutex = createMutex()
  let gate: Gate | null = null

  async function judge({ token, reason }: DecisionMessage): Promise<Outcome> {
    const open = gate as Gate
    const { release, evidenceDigest } = open
    const at = new Date(Date.now()).toISOString()
    const asked = { release, evidenceDigest, id: uuid4(), token, at }
    const checked = await answerActs(prefix).checkAnswer(asked)
    const judged = judgeAnswer(open, checked, Date.now(), { reason, held: false })
    gate = judged.gate
    return judged.outcome
  }

  return {
    open(drill: string, evidenceDigest: string): void {
      gate = {
        ...{ release: drill, purpose: 'drill', evidenceDigest },
        ...{ requestedBy: ['rule:drill'], owners: [], standIn: null },
        ...{ places: [{ role: drillRole, count: 1 }], expiresAtMs: Date.now() + lifeMs },
        ...{ approvals: [], decided: null },
      }
    },
    async answer(message: DecisionMessage): Promise<Outcome> {
      await condition(() => gate !== null)
      return mutex(() => judge(message))
    },
    /** Who answered; what was counted stays so, also where whoever sent it never heard of it. */
    async decidedBy(send: () => Promise<unknown>): Promise<{ by: string }> {
      try {
        await send()
      } catch (error) {
        if (gate?.decided == null) throw error
      }
      return { by: gate?.decided?.by ?? 'nobody' }
    },
  }
}
