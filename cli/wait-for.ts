import { setTimeout as sleep } from 'node:timers/promises'
import { DriftgateError } from '../contracts/errors.ts'
import type { CommandContext } from './command.ts'
import { toCoded } from './errors.ts'
import { startProgress } from './progress.ts'

/** The longest that one question may take before the gateway counts as away. */
const patienceMs = 30_000
const shortestPauseMs = 500
const longestPauseMs = 10_000

export interface Waiting<Answer> {
  /** What is waited for, before the line of progress: "gate car-loan/3". */
  readonly title: string
  readonly timeoutMs: number
  readonly ask: (patienceMs: number) => Promise<Answer>
  readonly isOver: (answer: Answer) => boolean
  /** How it stands, with a number. */
  readonly say: (answer: Answer) => string
}

export interface Waited<Answer> {
  readonly answer: Answer
  readonly timedOut: boolean
  readonly waitedMs: number
}

/**
 * Asks the gateway again and again until it is over or the time is: at first twice a second, later every ten seconds.
 * What may succeed when it is tried again is tried until then, so a gateway that restarts is waited for; when it does
 * not answer in the end either, its error is thrown, since nobody knows how it stands. On a terminal a line says how
 * it stands; elsewhere nothing is written but that the gateway is away.
 */
export async function waitFor<Answer>(
  { terminal, signal }: CommandContext,
  { title, timeoutMs, ask, isOver, say }: Waiting<Answer>,
): Promise<Waited<Answer>> {
  const began = performance.now()
  const progress = terminal.rewrites ? startProgress(terminal, title) : null
  let away = ''
  try {
    for (;;) {
      const leftMs = timeoutMs - (performance.now() - began)
      const found = await tried(
        () => ask(Math.ceil(Math.min(patienceMs, Math.max(10_000, leftMs)))),
        signal,
      )
      const waitedMs = performance.now() - began
      const timedOut = waitedMs >= timeoutMs
      if (found instanceof DriftgateError) {
        if (timedOut) throw found
        const text = `${found.message}; trying again`
        progress?.say(text)
        if (progress === null && text !== away) terminal.note(`${title}: ${text}`)
        away = text
      } else {
        if (isOver(found.answer)) return { answer: found.answer, timedOut: false, waitedMs }
        if (timedOut) return { answer: found.answer, timedOut, waitedMs }
        progress?.say(say(found.answer))
        away = ''
      }
      const pauseMs = Math.min(longestPauseMs, Math.max(shortestPauseMs, waitedMs / 20))
      await sleep(Math.min(pauseMs, timeoutMs - waitedMs), undefined, { signal })
    }
  } finally {
    progress?.clear()
  }
}

/** What fails the same way again is thrown. */
async function tried<Answer>(
  ask: () => Promise<Answer>,
  signal: AbortSignal,
): Promise<{ readonly answer: Answer } | DriftgateError> {
  try {
    return { answer: await ask() }
  } catch (thrown) {
    if (signal.aborted) throw thrown
    const error = toCoded(thrown)
    if (!error.entry.retryable) throw error
    return error
  }
}
