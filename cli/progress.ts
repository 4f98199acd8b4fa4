import { stripColour } from './output.ts'
import type { Terminal } from './terminal.ts'

/** Progress of anything that takes over a second: always with a number, never a bare spinner. */
export interface ProgressLine {
  /** What happens now: "reading partition 2 of 4". */
  say(text: string): void
  /** The last line is the outcome. */
  end(text: string): void
  /** Nothing stays of it: the result says the outcome. */
  clear(): void
}

const redrawMs = 100
const appendMs = 30_000

/**
 * A line that rewrites itself on a terminal; elsewhere lines with the time of day, one for every change
 * of text and otherwise one in 30 seconds. Starts to show after a second, so that quick work stays quiet.
 * @param now milliseconds, for the elapsed time.
 */
export function startProgress(
  terminal: Terminal,
  title: string,
  now: () => number = () => performance.now(),
): ProgressLine {
  const began = now()
  let text = ''
  let shown = ''
  let shownAt = Number.NEGATIVE_INFINITY
  const elapsed = () => duration(now() - began)
  const line = () => [title, text, elapsed()].filter(Boolean).join('  ')

  const tick = () => {
    if (now() - began < 1000) return
    if (terminal.rewrites) {
      const width = Math.max(20, terminal.width - 1)
      terminal.errors.write(`\r${[...stripColour(line())].slice(0, width).join('')}\u001b[K`)
    } else if (text !== shown || now() - shownAt >= appendMs) {
      terminal.note(`${new Date().toISOString().slice(11, 19)} ${line()}`)
      shown = text
      shownAt = now()
    }
  }
  const timer = setInterval(tick, terminal.rewrites ? redrawMs : 1000)
  timer.unref()
  const clear = () => {
    clearInterval(timer)
    if (terminal.rewrites && now() - began >= 1000) terminal.errors.write('\r\u001b[K')
  }
  return {
    say(next) {
      text = next
      tick()
    },
    end(outcome) {
      clear()
      terminal.note(outcome)
    },
    clear,
  }
}

/** "8 s", "2 m 05 s", "1 h 04 m", from milliseconds. */
export function duration(ms: number): string {
  const seconds = Math.floor(ms / 1000)
  if (seconds < 60) return `${seconds} s`
  const two = (value: number) => String(value).padStart(2, '0')
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return `${minutes} m ${two(seconds % 60)} s`
  return `${Math.floor(minutes / 60)} h ${two(minutes % 60)} m`
}
