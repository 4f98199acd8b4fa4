import { IdHash } from '../../profiles/index.ts'

interface Placed<Row> {
  readonly row: Row
  readonly high: number
  readonly low: number
}

/**
 * The k rows whose ids have the smallest hash, whatever came first: of very many labelled rows as many as are needed to
 * learn from, the same ones each time. Of several rows of one id the first stays.
 */
export class BottomRows<Row extends { readonly id: string }> {
  readonly #k: number
  #rows: Placed<Row>[] = []
  #limit = 2 ** 32
  readonly #hash = new IdHash()

  constructor(k: number) {
    this.#k = k
  }

  add(row: Row): void {
    const { words } = this.#hash.of(row.id)
    const [high, low] = [words[0] as number, words[1] as number]
    if (high > this.#limit) return
    this.#rows.push({ row, high, low })
    if (this.#rows.length >= 2 * this.#k + 16) this.#settle()
  }

  /** In the order of their hash. */
  rows(): readonly Row[] {
    this.#settle()
    return this.#rows.map(({ row }) => row)
  }

  #settle(): void {
    // The sort is stable: of one id the row that came first is the first.
    this.#rows.sort(
      (left, right) =>
        left.high - right.high || left.low - right.low || compare(left.row.id, right.row.id),
    )
    const kept: Placed<Row>[] = []
    for (const one of this.#rows) {
      if (kept.at(-1)?.row.id === one.row.id) continue
      if (kept.push(one) === this.#k) break
    }
    this.#rows = kept
    if (kept.length === this.#k) this.#limit = (kept.at(-1) as Placed<Row>).high
  }
}

const compare = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0)
