/** Whether others are alive, by a counter of each that changes while it is: no clock but our own is needed. */
export class Pulses {
  readonly #seen = new Map<string, { pulse: string | null; since: number }>()
  readonly #now: () => number

  /** `now`: a clock that never goes back, ms. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now
  }

  /** For how long the pulse has been as it is now, ms; 0 at the first look. */
  silence(name: string, pulse: string | null): number {
    const last = this.#seen.get(name)
    if (last !== undefined && last.pulse === pulse) return this.#now() - last.since
    this.#seen.set(name, { pulse, since: this.#now() })
    return 0
  }
}
