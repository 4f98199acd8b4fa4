/** Additions that stay exact in doubles: 2^20 terms below 2^33 each. */
const flushEvery = 2 ** 20

/**
 * Exact sums of integers |q| <= 2^32 and of their squares, without allocation per value: doubles hold partial
 * sums that cannot round (q is split into 16-bit halves for the square), and go into wide integers now and then.
 */
export class WideSums {
  #sum = 0n
  #squares = 0n
  #pending = 0
  /** Σq, Σhigh², Σ(high low), Σlow²: in an array, since a field that changes may be a new double each time. */
  readonly #partial = new Float64Array(4)

  add(q: number): void {
    const high = Math.floor(q / 65_536)
    const low = q - high * 65_536
    const partial = this.#partial
    partial[0] = (partial[0] as number) + q
    partial[1] = (partial[1] as number) + high * high
    partial[2] = (partial[2] as number) + high * low
    partial[3] = (partial[3] as number) + low * low
    if (++this.#pending === flushEvery) this.#flush()
  }

  /** Adds a sum of integers and the sum of their squares, both exact in doubles. */
  addExact(sum: number, squares: number): void {
    this.#sum += BigInt(sum)
    this.#squares += BigInt(squares)
  }

  merge(other: WideSums): void {
    this.#sum += other.sum
    this.#squares += other.squares
  }

  /** Σq. */
  get sum(): bigint {
    this.#flush()
    return this.#sum
  }

  /** Σq². */
  get squares(): bigint {
    this.#flush()
    return this.#squares
  }

  static of(sum: bigint, squares: bigint): WideSums {
    const sums = new WideSums()
    sums.#sum = sum
    sums.#squares = squares
    return sums
  }

  #flush(): void {
    if (this.#pending === 0) return
    const [linear = 0, highHigh = 0, highLow = 0, lowLow = 0] = this.#partial
    this.#sum += BigInt(linear)
    this.#squares += (BigInt(highHigh) << 32n) + (BigInt(highLow) << 17n) + BigInt(lowLow)
    this.#pending = 0
    this.#partial.fill(0)
  }
}
