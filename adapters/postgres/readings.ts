import type pg from 'pg'
import type { LabelReadingDefinition } from '../../contracts/label-reading.ts'
import type { ReadingDefinition } from '../../contracts/reading.ts'
import { type Db, transaction } from './pool.ts'

/** What is read of one log in one way; the id is the digest of the definition. */
interface ReadingOf<Definition> {
  readonly id: string
  /** What the rows that it keeps name it by. */
  readonly number: number
  readonly model: string
  readonly topic: string
  readonly definition: Definition
  /** Id of the topic that was read; null where nobody knows. */
  readonly topicId: string | null
}

export type LabelReading = ReadingOf<LabelReadingDefinition>

/** One of predictions. */
export interface Reading extends ReadingOf<ReadingDefinition> {
  readonly binning: string
  /** Windows that start here or later are in it as a whole; null: it began with the first record of the log. */
  readonly windowsFrom: Date | null
}

const ofLog = 'id, number, model, topic, definition, topic_id as "topicId"'
const columns = `${ofLog}, binning, windows_from as "windowsFrom"`

/**
 * Creates a reading, and its heads at the given first offsets, unless they are there. Returns the one that is there.
 */
export async function ensureReading(
  pool: pg.Pool,
  reading: Omit<Reading, 'number'>,
  starts: readonly { partition: number; from: bigint }[],
): Promise<Reading> {
  return transaction(pool, async (db) => {
    const { rows } = await db.query<Reading>(
      `insert into readings as r (id, model, topic, binning, definition, topic_id, windows_from)
       values ($1, $2, $3, $4, $5, $6, $7)
       on conflict (id) do update set topic_id = coalesce(r.topic_id, excluded.topic_id)
       returning ${columns}`,
      [
        ...[reading.id, reading.model, reading.topic, reading.binning],
        ...[JSON.stringify(reading.definition), reading.topicId, reading.windowsFrom],
      ],
    )
    const [found] = rows as [Reading]
    await ensureHeads(db, reading, found, starts)
    return found
  })
}

/** The same of one that reads labels. */
export async function ensureLabelReading(
  pool: pg.Pool,
  reading: Omit<LabelReading, 'number'>,
  starts: readonly { partition: number; from: bigint }[],
): Promise<LabelReading> {
  return transaction(pool, async (db) => {
    const { rows } = await db.query<LabelReading>(
      `insert into readings as r (id, model, topic, definition, topic_id, content)
       values ($1, $2, $3, $4, $5, 'labels')
       on conflict (id) do update set topic_id = coalesce(r.topic_id, excluded.topic_id)
       returning ${ofLog}`,
      [
        ...[reading.id, reading.model, reading.topic],
        ...[JSON.stringify(reading.definition), reading.topicId],
      ],
    )
    const [found] = rows as [LabelReading]
    await ensureHeads(db, reading, found, starts)
    return found
  })
}

/** The heads of one log are never those of another. */
async function ensureHeads(
  db: Db,
  { id, topicId }: Pick<Reading, 'id' | 'topicId'>,
  found: Pick<Reading, 'topicId'>,
  starts: readonly { partition: number; from: bigint }[],
): Promise<void> {
  if (topicId !== null && found.topicId !== topicId) return
  for (const { partition, from } of starts) {
    await db.query(
      `insert into ledger_heads (reading, partition, began, opened, head) values ($1, $2, $3, $3, $3)
       on conflict do nothing`,
      [id, partition, String(from)],
    )
  }
}

export async function findLabelReading(db: Db, id: string): Promise<LabelReading | null> {
  const { rows } = await db.query<LabelReading>(
    `select ${ofLog} from readings where id = $1 and content = 'labels'`,
    [id],
  )
  return rows[0] ?? null
}

/** The newest one by which the labels of a model are read. */
export async function currentLabelReading(db: Db, model: string): Promise<LabelReading | null> {
  const { rows } = await db.query<LabelReading>(
    `select ${ofLog} from readings where model = $1 and content = 'labels'
     order by created_at desc, id limit 1`,
    [model],
  )
  return rows[0] ?? null
}

/** Every reading of a model's predictions, by its id. */
export async function readingsOfModel(db: Db, model: string): Promise<string[]> {
  const { rows } = await db.query<{ id: string }>(
    `select id from readings where model = $1 and content = 'predictions' order by id`,
    [model],
  )
  return rows.map(({ id }) => id)
}

/** Formats that a model's predictions are or were read by. */
export async function formatsOfModel(db: Db, model: string): Promise<string[]> {
  const { rows } = await db.query<{ format: string }>(
    `select distinct definition ->> 'format' as format from readings
     where model = $1 and content = 'predictions' and definition ? 'format'`,
    [model],
  )
  return rows.map(({ format }) => format)
}

/** Topics that a model's predictions and labels are or were read from. */
export async function topicsOfModel(db: Db, model: string): Promise<string[]> {
  const { rows } = await db.query<{ topic: string }>(
    'select distinct topic from readings where model = $1 order by topic',
    [model],
  )
  return rows.map(({ topic }) => topic)
}

/** Every reading of predictions, of every model. */
export async function allReadings(db: Db): Promise<Reading[]> {
  const { rows } = await db.query<Reading>(
    `select ${columns} from readings where content = 'predictions' order by model, id`,
  )
  return rows
}

export async function findReading(db: Db, id: string): Promise<Reading | null> {
  const { rows } = await db.query<Reading>(
    `select ${columns} from readings where id = $1 and content = 'predictions'`,
    [id],
  )
  return rows[0] ?? null
}

/** The reading by which a model was scanned last, else its newest one. */
export async function currentReading(db: Db, model: string): Promise<Reading | null> {
  const { rows } = await db.query<Reading>(
    `select ${columns} from readings r where model = $1 and content = 'predictions'
     order by (select max(recorded_at) from cuts c where c.reading = r.id) desc nulls last,
              created_at desc, id limit 1`,
    [model],
  )
  return rows[0] ?? null
}

/** The reading that a new one of the same log follows. */
export interface FormerReading {
  readonly reading: Reading
  /** The end of the last window that was planned by it; else the first one that it holds; null: the whole log. */
  readonly plannedUntil: Date | null
}

/**
 * The reading in force, where one by this definition would follow it: the same log, and nobody asked to read it from
 * its first record. Null: this would be the first one.
 */
export async function formerReading(
  db: Db,
  definition: ReadingDefinition,
): Promise<FormerReading | null> {
  const reading = await currentReading(db, definition.model)
  if (reading === null) return null
  const { topic, generation = 1 } = reading.definition
  if (topic !== definition.topic || generation !== (definition.generation ?? 1)) return null
  const { rows } = await db.query<{ until: Date | null }>(
    'select max(window_end) as until from cuts where model = $1 and reading = $2',
    [definition.model, reading.id],
  )
  return { reading, plannedUntil: rows[0]?.until ?? reading.windowsFrom }
}

/** What of a partition was read: every offset in [began, head). */
export interface Passage {
  /** Where the partition was opened; what lies below was backfilled. */
  readonly opened: bigint
  readonly began: bigint
  readonly head: bigint
}

/** By partition, in ascending order. */
export async function passagesOf(db: Db, reading: string): Promise<Map<number, Passage>> {
  const { rows } = await db.query<Record<keyof Passage, string> & { partition: number }>(
    `select partition, opened, began, head from ledger_heads where reading = $1 order by partition`,
    [reading],
  )
  return new Map(
    rows.map(({ partition, opened, began, head }) => [
      partition,
      { opened: BigInt(opened), began: BigInt(began), head: BigInt(head) },
    ]),
  )
}
