import { setTimeout as sleep } from 'node:timers/promises'
import type { CommandContext } from './command.ts'
import type { ProgressLine } from './progress.ts'

const pollMs = 500

/** What the gateway says of work that goes on behind it. */
interface Going {
  readonly state: string
  readonly reason: string | null
}

/** Asks again until the work no longer runs, and says meanwhile what it does or waits for. */
export async function untilEnded<Answer extends Going>(
  { signal }: CommandContext,
  progress: ProgressLine,
  started: Answer,
  ask: () => Promise<Answer>,
  doing: (answer: Answer) => string = ({ state }) => state,
): Promise<Answer> {
  let answer = started
  while (answer.state === 'running') {
    await sleep(pollMs, undefined, { signal })
    answer = await ask()
    // A topic that is not there is waited for: without its name the wait would look like work.
    progress.say(answer.reason === null ? doing(answer) : `trying again: ${answer.reason}`)
  }
  return answer
}
