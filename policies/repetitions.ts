/** The first row of an id in a partition, as later ones are held against it. */
export interface FirstRow {
  readonly partition: number
  /** Event time, milliseconds since 1970. */
  readonly timeMs: number
  /** Equal where version and values are. */
  readonly content: string
}

/** A prediction as a log carries it. */
export interface SentRow extends FirstRow {
  readonly offset: bigint
  /** Its place in a record that holds several. */
  readonly place: number
}

/** What became of the rows of one id; each counted or was removed. */
export interface Repetitions<Row> {
  readonly counted: readonly Row[]
  /** First in their partition, and the same content counted in another one. */
  readonly elsewhere: readonly Row[]
  /** Not the first of their partition. */
  readonly again: readonly Row[]
  /** Of all these, those whose id stood before with another content. */
  readonly differing: readonly Row[]
}

/**
 * Which rows of one id count beside the first ones that are known. A row is the first of its partition unless one came
 * before it there with an event time at most `withinMs` apart; first rows of the same content are one, first rows of
 * other content are rows of their own.
 *
 * As rows of one partition are there in the order of their offsets, which are the first never changes, and however the
 * rows come in several steps, what is counted in all of them together is what would count of all at once.
 */
export function tellRepetitions<Row extends SentRow>(
  known: readonly FirstRow[],
  rows: readonly Row[],
  withinMs: number,
): Repetitions<Row> {
  const firsts = new Firsts(withinMs)
  for (const first of known) firsts.add(first)
  const told = { counted: [] as Row[], elsewhere: [] as Row[], again: [] as Row[] }
  const differing: Row[] = []
  for (const row of [...rows].sort(byPlace)) {
    const near = firsts.near(row)
    const own = near.filter(({ partition }) => partition === row.partition)
    if (own.length > 0) {
      told.again.push(row)
      if (!own.some((first) => isSame(first, row))) differing.push(row)
      continue
    }
    firsts.add(row)
    if (near.some((first) => isSame(first, row))) told.elsewhere.push(row)
    else {
      told.counted.push(row)
      if (near.length > 0) differing.push(row)
    }
  }
  return { ...told, differing }
}

/** By slots of time, of which each has at most one first row of each partition: one id may stand for very many rows. */
class Firsts {
  readonly #withinMs: number
  readonly #slots = new Map<number, FirstRow[]>()

  constructor(withinMs: number) {
    this.#withinMs = withinMs
  }

  add(first: FirstRow): void {
    const slot = this.#slotOf(first)
    const there = this.#slots.get(slot)
    if (there === undefined) this.#slots.set(slot, [first])
    else there.push(first)
  }

  near(row: FirstRow): FirstRow[] {
    const slot = this.#slotOf(row)
    return [slot - 1, slot, slot + 1].flatMap((at) =>
      (this.#slots.get(at) ?? []).filter(
        ({ timeMs }) => Math.abs(timeMs - row.timeMs) <= this.#withinMs,
      ),
    )
  }

  #slotOf({ timeMs }: FirstRow): number {
    return Math.floor(timeMs / this.#withinMs)
  }
}

const isSame = (left: FirstRow, right: FirstRow): boolean =>
  left.timeMs === right.timeMs && left.content === right.content

const byPlace = (left: SentRow, right: SentRow): number =>
  left.partition - right.partition ||
  (left.offset < right.offset ? -1 : left.offset > right.offset ? 1 : left.place - right.place)
