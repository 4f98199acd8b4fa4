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
  #linear = 0
  #highHigh = 0
  #highLow = 0
  #lowLow = 0

  add(q: number): void {
    const high = Math.floor(q / 65_536)
    const low = q - high * 65_536
    this.#linear += q
    this.#highHigh += high * high
    this.#highLow += high * low
    this.#lowLow += low * low
    if (++this.#pending === flushEvery) this.#flush()
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
    this.#sum += BigInt(this.#linear)
    this.#squares +=
      (BigInt(this.#highHigh) << 32n) + (BigInt(this.#highLow) << 17n) + BigInt(this.#lowLow)
    this.#pending = this.#linear = this.#highHigh = this.#highLow = this.#lowLow = 0
  }
}
