import type { Half } from '../contracts/prediction.ts'
import type { UnmatchedHalves } from '../contracts/unmatched-halves.ts'
import { windowStartOf } from '../policies/window.ts'

/** Requests and responses of a file, and those without their other half, by the window of their own event time. */
export class UnmatchedOfFile {
  readonly #window: Parameters<typeof windowStartOf>[0]
  readonly #counts = new Map<number, Record<Half, { all: number; alone: number }>>()

  constructor(window: Parameters<typeof windowStartOf>[0]) {
    this.#window = window
  }

  readonly add = (half: Half, timeMs: number, isMatched: boolean): void => {
    const at = windowStartOf(this.#window, timeMs)
    let counts = this.#counts.get(at)
    if (counts === undefined) {
      counts = { request: { all: 0, alone: 0 }, response: { all: 0, alone: 0 } }
      this.#counts.set(at, counts)
    }
    counts[half].all++
    if (!isMatched) counts[half].alone++
  }

  /** Of the window that starts then, as a scan tells it. */
  of(startMs: number): UnmatchedHalves {
    const { request, response } = this.#counts.get(startMs) ?? none
    const shares = [request, response].map(({ all, alone }) => alone / Math.max(1, all))
    return { requests: request.alone, responses: response.alone, share: Math.max(...shares) }
  }
}

const none = { request: { all: 0, alone: 0 }, response: { all: 0, alone: 0 } }
