import { type Join, joinsBefore } from '../adapters/postgres/joins.ts'
import { eachTouchedHalf, type HalfRow, removeHalves } from '../adapters/postgres/pair-halves.ts'
import { joinHalves, repeatsMs, type StoredHalf, unmatchedMs } from '../policies/pairs.ts'
import type { JoinStep } from './join-step.ts'

/** Requests and responses of one id become rows when their event times are at most the delay apart. */
export const joinPairs =
  (delayMs: number): JoinStep =>
  async ({ deps, reading, join, values, rows, counts, signal }) => {
    const earlier = await joinsBefore(deps.db, reading.id, join, unmatchedMs)
    let good = 0
    const joinId = (id: string, halves: readonly StoredHalf[]) => {
      const { pairs, counted, matched, repeated } = joinHalves(halves, join.number, delayMs)
      for (const pair of pairs) rows.addJoined(values.pair(id, pair), pair)
      good += pairs.length
      for (const { half, timeMs } of counted) {
        counts.add(timeMs, half === 'request' ? 'requests' : 'responses')
      }
      for (const { half, timeMs } of matched) {
        counts.add(timeMs, half === 'request' ? 'matchedRequests' : 'matchedResponses')
      }
      for (const { timeMs } of repeated) counts.add(timeMs, 'repeated')
    }
    const place = { join, before: earlier[0] ?? null }
    const group = new IdGroups(join, earlier, joinId)
    await eachTouchedHalf(deps.db, reading.id, place, (half) => group.add(half), signal)
    group.end()
    const age = (one: Join) => join.windowEnd.getTime() - one.windowEnd.getTime()
    const past = {
      join,
      settled: earlier.find((one) => age(one) >= delayMs + repeatsMs) ?? null,
      forgotten: earlier.find((one) => age(one) >= unmatchedMs) ?? null,
    }
    return { rows: good, letGo: (db) => removeHalves(db, reading.id, past) }
  }

/** Hands on the halves of one id after the other; they come in the order of their ids. */
class IdGroups {
  readonly #joins: readonly Join[]
  readonly #onId: (id: string, halves: readonly StoredHalf[]) => void
  #id = ''
  #halves: StoredHalf[] = []

  /** `earlier`: the last one first. */
  constructor(
    join: Join,
    earlier: readonly Join[],
    onId: (id: string, halves: readonly StoredHalf[]) => void,
  ) {
    this.#joins = [join, ...earlier]
    this.#onId = onId
  }

  add(row: HalfRow): void {
    if (row.id !== this.#id) {
      this.end()
      this.#id = row.id
    }
    this.#halves.push({
      ...row,
      half: row.request ? 'request' : 'response',
      since: this.#firstSeen(row),
    })
  }

  end(): void {
    if (this.#halves.length > 0) this.#onId(this.#id, this.#halves)
    this.#halves = []
  }

  /** Whatever a join can see, all later ones can. */
  #firstSeen({ partition, offset, repair }: HalfRow): number {
    let first = 0
    for (const { number, began, cut, repairs } of this.#joins) {
      const isSeen =
        offset < BigInt(cut[partition] ?? 0) &&
        offset >= BigInt(began[partition] ?? 0) &&
        repair <= repairs
      if (!isSeen) break
      first = number
    }
    return first
  }
}
