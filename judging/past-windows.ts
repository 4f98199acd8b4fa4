import type { ModelSettings } from '../contracts/config.ts'
import type { Window } from '../contracts/report.ts'
import type { AcceptedWindow } from '../policies/history.ts'
import { historyLength } from '../policies/spans.ts'

/** A window as a verdict left it for those after it. */
export interface PastWindow {
  readonly window: Window
  readonly verdict: string
  readonly rows: number
  /** By the identity of the reference. */
  readonly looks: Readonly<Record<string, AcceptedWindow['looks']>>
}

/** More accepted windows tell no more about how much windows vary. */
const mostAccepted = 2_000

/** Every so many empty windows in a row say the same. */
const mostEmpty = 1_000

interface Dated extends PastWindow {
  readonly startMs: number
  readonly endMs: number
  /** The same as a history has it, by the identity of the reference. */
  readonly asAccepted: ReadonlyMap<string, AcceptedWindow>
}

/** The windows that were judged, in order of time, as a scan finds them on record. */
export class PastWindows {
  readonly #settings: ModelSettings
  readonly #past: Dated[] = []
  #empty = 0

  constructor(settings: ModelSettings, past: readonly PastWindow[]) {
    this.#settings = settings
    for (const each of past) this.add(each)
  }

  add(past: PastWindow): void {
    const { start, end } = past.window
    const [startMs, endMs] = [Date.parse(start), Date.parse(end)]
    const each = Object.entries(past.looks)
    const asAccepted = new Map(each.map(([identity, looks]) => [identity, { endMs, looks }]))
    this.#past.push({ ...past, startMs, endMs, asAccepted })
    this.#empty = past.rows > 0 ? 0 : this.#empty + 1
  }

  /** Windows without a row at the end, in a row. */
  get emptyAtEnd(): number {
    return Math.min(mostEmpty, this.#empty)
  }

  /** Start of a window -> its verdict, of those that start at `fromMs` or later. */
  verdictsSince(fromMs: number): Map<number, string> {
    const names = new Map<number, string>()
    for (let i = this.#past.length - 1; i >= 0; i--) {
      const { startMs, verdict } = this.#past[i] as Dated
      if (startMs < fromMs) break
      names.set(startMs, verdict)
    }
    return names
  }

  /** Accepted windows before `startMs` that were held against this reference, in order of time. */
  accepted(identity: string, startMs: number): AcceptedWindow[] {
    const { acceptedUntil } = this.#settings.detection.history
    const until = acceptedUntil === undefined ? Number.NEGATIVE_INFINITY : Date.parse(acceptedUntil)
    const from = startMs - historyLength(this.#settings)
    const found: AcceptedWindow[] = []
    for (let i = this.#past.length - 1; i >= 0 && found.length < mostAccepted; i--) {
      const { endMs, verdict, asAccepted } = this.#past[i] as Dated
      if (endMs <= from) break
      const own = asAccepted.get(identity)
      const accepted = verdict === 'NO_DRIFT' || endMs <= until
      if (endMs <= startMs && accepted && own !== undefined) found.push(own)
    }
    return found.reverse()
  }
}
