/** Arrays of the asked length that share their memory. */
export type Workspace = (length: number) => Float64Array

/**
 * Room for one array of a function that fills, reads and leaves it: a thousand features with a dozen arrays each are
 * otherwise more work for the collector than for the tests. It holds what the last use left there, and the next use
 * overwrites it: it is never handed on, and its owner does not call itself.
 */
export function workspace(): Workspace {
  let room = new Float64Array(512)
  let last = room
  return (length) => {
    if (last.length === length) return last
    if (room.length < length) room = new Float64Array(2 * length)
    last = room.subarray(0, length)
    return last
  }
}

/** An array of its own, where the caller keeps it. */
export const anew: Workspace = (length) => new Float64Array(length)
