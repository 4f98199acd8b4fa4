import type { GuardBatch, GuardCount, GuardMinute } from '../../adapters/postgres/guard-counts.ts'
import type { GuardOutcome } from '../../contracts/guard-settings.ts'

export interface CountedInput {
  readonly outcome: GuardOutcome
  /** Event time, milliseconds since 1970. */
  readonly timeMs: number
  /** Groups that it is in. */
  readonly segments: readonly string[]
  /** Reasons and repairs of it, each once. */
  readonly causes: readonly string[]
}

export interface CountedBuckets {
  readonly anchorMs: number
  readonly bucketMs: number
}

/** Counts kept apart before they are written; a caller who invents times makes no more. */
const mostCounts = 50_000
const minuteMs = 60_000

/**
 * Counts in memory, and hands them out in batches: what was handed out stays as it is until it is said to be written,
 * so that a batch whose end nobody knows is sent again, number and all.
 */
export class GuardCounter {
  readonly #guard: string
  #number = 0
  #counts = new Map<string, { -readonly [Key in keyof GuardCount]: GuardCount[Key] }>()
  #minutes = new Map<string, { -readonly [Key in keyof GuardMinute]: GuardMinute[Key] }>()
  #out: GuardBatch | null = null

  constructor(guard: string) {
    this.#guard = guard
  }

  /** @param nowMs when the inputs arrived. */
  add(
    model: string,
    inputs: readonly CountedInput[],
    { anchorMs, bucketMs }: CountedBuckets,
    nowMs: number,
  ): void {
    const bucketOf = (timeMs: number) =>
      anchorMs + Math.floor((timeMs - anchorMs) / bucketMs) * bucketMs
    const full = this.#counts.size >= mostCounts
    let [judged, refused] = [0, 0]
    for (const { outcome, timeMs, segments, causes } of inputs) {
      const bucket = bucketOf(full ? nowMs : timeMs)
      this.#count(model, bucket, '', outcome, causes)
      for (const segment of segments) this.#count(model, bucket, segment, outcome, causes)
      if (outcome !== 'unjudged') judged++
      if (outcome === 'refuse') refused++
    }
    const minute = Math.floor(nowMs / minuteMs) * minuteMs
    const key = `${model}\0${minute}`
    const known = this.#minutes.get(key)
    if (known) {
      known.judged += judged
      known.refused += refused
    } else this.#minutes.set(key, { model, minuteMs: minute, judged, refused })
  }

  #count(
    model: string,
    bucketMs: number,
    segment: string,
    outcome: string,
    causes: readonly string[],
  ) {
    this.#one(model, bucketMs, segment, outcome, '')
    for (const cause of causes) this.#one(model, bucketMs, segment, outcome, cause)
  }

  #one(model: string, bucketMs: number, segment: string, outcome: string, cause: string): void {
    const key = `${model}\0${bucketMs}\0${segment}\0${outcome}\0${cause}`
    const known = this.#counts.get(key)
    if (known) known.inputs++
    else this.#counts.set(key, { model, bucketMs, segment, outcome, cause, inputs: 1 })
  }

  /** The batch to write next: the one that is out, else what was counted since; null: nothing. */
  next(): GuardBatch | null {
    if (this.#out !== null || this.#counts.size === 0) return this.#out
    this.#out = {
      guard: this.#guard,
      number: ++this.#number,
      counts: [...this.#counts.values()],
      minutes: [...this.#minutes.values()],
    }
    this.#counts = new Map()
    this.#minutes = new Map()
    return this.#out
  }

  /** The batch that is out is in the table. */
  written(): void {
    this.#out = null
  }
}
