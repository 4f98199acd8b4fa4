import type { GateEventKind } from '../contracts/gate-event.ts'
import type { Stretch } from './calendar.ts'

/** When something is to happen at a gate that nobody has answered. */
export interface Moment {
  readonly kind: GateEventKind
  readonly atMs: number
}

export interface Asked {
  readonly openedAtMs: number
  readonly expiresAtMs: number
  /** Nobody has decided: it is asked once more. */
  readonly asksAgain?: boolean
  /** After how long others are asked too, milliseconds; absent: never. */
  readonly escalateAfterMs?: number | undefined
}

/** When it is asked once more: so long before it expires, so that no answer falls in between. */
export const askAgainMs = (openedAtMs: number, expiresAtMs: number): number =>
  Math.min(60_000, (expiresAtMs - openedAtMs) / 10)

/** The last call comes so long before a request expires; two reminders are never nearer than this. */
export const lastCallMs = 30 * 60_000

/**
 * Reminders at half time and half an hour before the end, and the escalation, in their order; none in quiet hours. What
 * would fall in them comes when they end; the last call of a request that expires in them comes before they begin.
 */
export function momentsOf(
  { openedAtMs, expiresAtMs, escalateAfterMs, asksAgain = false }: Asked,
  quietAt: (timeMs: number) => Stretch | null,
): Moment[] {
  const within = (timeMs: number) => timeMs > openedAtMs && timeMs < expiresAtMs
  const later = (timeMs: number) => quietAt(timeMs)?.untilMs ?? timeMs
  const lastQuiet = quietAt(expiresAtMs - lastCallMs)
  const lastAt =
    lastQuiet === null
      ? expiresAtMs - lastCallMs
      : within(lastQuiet.untilMs)
        ? lastQuiet.untilMs
        : lastQuiet.fromMs - 1
  const halfAt = later(openedAtMs + (expiresAtMs - openedAtMs) / 2)
  const moments: Moment[] = [
    ...(lastAt - halfAt >= lastCallMs ? [{ kind: 'half-time' as const, atMs: halfAt }] : []),
    { kind: 'last-call', atMs: lastAt },
    ...(escalateAfterMs === undefined
      ? []
      : [{ kind: 'escalated' as const, atMs: later(openedAtMs + escalateAfterMs) }]),
    // Not put off by quiet hours: it would have expired by then.
    ...(asksAgain
      ? [
          {
            kind: 'asked-again' as const,
            atMs: expiresAtMs - askAgainMs(openedAtMs, expiresAtMs),
          },
        ]
      : []),
  ]
  return moments.filter(({ atMs }) => within(atMs)).sort((left, right) => left.atMs - right.atMs)
}

/** What is still to come, after what is on record; of reminders that were missed, as by an outage, only the last. */
export function momentsToCome(
  moments: readonly Moment[],
  done: readonly GateEventKind[],
  nowMs: number,
): Moment[] {
  const open = moments.filter(({ kind }) => !done.includes(kind))
  const isReminder = (kind: GateEventKind) => kind === 'half-time' || kind === 'last-call'
  const missed = open.filter(({ kind, atMs }) => isReminder(kind) && atMs <= nowMs)
  const last = missed.at(-1)
  return open.filter((moment) => !missed.includes(moment) || moment === last)
}
