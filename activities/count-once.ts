import { hash } from 'node:crypto'
import { digestBytes } from '../adapters/postgres/halves.ts'
import {
  eachWaitingRow,
  type JoinedId,
  keepIds,
  type RowPlace,
  type WaitingRow,
} from '../adapters/postgres/waiting-rows.ts'
import { tellRepetitions } from '../policies/repetitions.ts'
import type { JoinStep } from './join-step.ts'

/** Whole predictions become rows, those that the log holds more than once become one. */
export const countOnce =
  (withinMs: number): JoinStep =>
  async ({ deps, reading, join, values, rows, counts, signal }) => {
    let good = 0
    const again: RowPlace[] = []
    const count = (row: WaitingRow) => {
      good++
      counts.add(row.timeMs, 'requests', 'matchedRequests')
      rows.addJoined(values.whole(row), { request: null, response: row })
    }
    const countId = (known: readonly JoinedId[], waiting: readonly WaitingRow[]) => {
      const [first] = waiting
      // Of nearly all ids there is only one.
      if (first !== undefined && waiting.length === 1 && known.length === 0) return count(first)
      const sent = waiting.map((row) => ({ ...row, content: contentOf(row) }))
      const told = tellRepetitions(known, sent, withinMs)
      for (const row of told.counted) count(row)
      for (const { timeMs } of [...told.elsewhere, ...told.again]) counts.add(timeMs, 'repeated')
      for (const { timeMs } of told.differing) counts.add(timeMs, 'differing')
      for (const { partition, offset, place } of told.again) {
        again.push({ partition, offset, place })
      }
    }
    const group = new KeyGroups(countId)
    await eachWaitingRow(deps.db, reading, { join, withinMs }, group, signal)
    group.end()
    return { rows: good, letGo: (db) => keepIds(db, reading, join, again) }
  }

/** As the database works it out of rows that it keeps no longer. */
const contentOf = ({ version, values }: WaitingRow): string =>
  hash('sha256', `${version}\n${values}`).slice(0, 2 * digestBytes)

/** Hands on what there is of one id after the other. */
class KeyGroups {
  readonly #onKey: (known: readonly JoinedId[], waiting: readonly WaitingRow[]) => void
  #key = ''
  #known: JoinedId[] = []
  #waiting: WaitingRow[] = []

  constructor(onKey: (known: readonly JoinedId[], waiting: readonly WaitingRow[]) => void) {
    this.#onKey = onKey
  }

  readonly known = (id: JoinedId): void => {
    this.#begin(id.key)
    this.#known.push(id)
  }

  readonly waiting = (row: WaitingRow): void => {
    this.#begin(row.key)
    this.#waiting.push(row)
  }

  end(): void {
    this.#onKey(this.#known, this.#waiting)
    this.#known = []
    this.#waiting = []
  }

  #begin(key: string): void {
    if (key === this.#key) return
    this.end()
    this.#key = key
  }
}
