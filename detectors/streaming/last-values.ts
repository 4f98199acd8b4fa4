/** The last `window` values as a ring; `next` is the place of the oldest once it is full. */
export interface LastValues {
  readonly window: number
  readonly ring: number[]
  next: number
}

/** Keeps one more; answers the value that left for it, 0 while none has to. O(1). */
export function keepOneMore(last: LastValues, x: number): number {
  const { ring, window } = last
  if (ring.length < window) {
    ring.push(x)
    return 0
  }
  const left = ring[last.next] as number
  ring[last.next] = x
  last.next = last.next + 1 === window ? 0 : last.next + 1
  return left
}

export function forgetAll(last: LastValues): void {
  last.ring.length = 0
  last.next = 0
}
