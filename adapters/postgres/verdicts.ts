import type pg from 'pg'
import { type Report, reportSchema } from '../../contracts/report.ts'
import type { ScanPlan } from '../../contracts/scan.ts'
import { takeTurn } from './advisory-lock.ts'
import { ensurePartitions } from './partitions.ts'
import { type Below, type Cut, joinsPartition } from './parts.ts'
import { type Db, transaction } from './pool.ts'

/** The plan of a window as it was first made; null when the window was never planned. */
export async function findPlan(db: Db, model: string, windowStart: Date): Promise<ScanPlan | null> {
  const { rows } = await db.query<{
    window_end: Date
    reading: string
    config_version: string
    cut: Cut
    repairs: string
    windows_from: Date | null
    began: Cut | null
    beside: ScanPlan['beside'] | null
  }>(
    `select window_end, reading, config_version, cut, repairs, windows_from, began, beside
     from cuts where model = $1 and window_start = $2`,
    [model, windowStart],
  )
  const row = rows[0]
  if (row === undefined) return null
  return {
    model,
    window: { start: windowStart.toISOString(), end: row.window_end.toISOString() },
    configVersion: Number(row.config_version),
    reading: row.reading,
    repairs: Number(row.repairs),
    ...(row.windows_from &&
      row.began && {
        began: { windowsFrom: row.windows_from.toISOString(), offsets: row.began },
      }),
    ...(row.beside && { beside: row.beside }),
    ...placesOf(row.cut),
  }
}

/** Records a plan unless its window has one, and returns the one that counts; with it the repairs until then. */
export const recordPlan = (pool: pg.Pool, plan: ScanPlan): Promise<ScanPlan> =>
  transaction(pool, (db) => insertPlan(db, plan))

/** The same within a transaction: plans of a model come on record one after the other, in the order of their numbers. */
export async function insertPlan(db: pg.PoolClient, plan: ScanPlan): Promise<ScanPlan> {
  const { model, window, reading, configVersion, began } = plan
  await takeTurn(db, plansOf(model))
  await db.query(
    `insert into cuts
       (model, window_start, window_end, reading, config_version, cut, windows_from, began, beside, repairs, number)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9,
       (select coalesce(max(number), 0) from ledger_repairs where reading = $4),
       (select coalesce(max(number), 0) + 1 from cuts where model = $1)) on conflict do nothing`,
    [
      ...[
        model,
        window.start,
        window.end,
        reading,
        configVersion,
        JSON.stringify(belowOf(plan).cut),
      ],
      ...[began?.windowsFrom ?? null, began === undefined ? null : JSON.stringify(began.offsets)],
      plan.beside === undefined ? null : JSON.stringify(plan.beside),
    ],
  )
  return (await findPlan(db, model, new Date(window.start))) ?? plan
}

/**
 * The end of the last window of a model that is planned, null without one. Until the transaction ends no window of it
 * is planned.
 */
export async function lastPlannedEnd(db: pg.PoolClient, model: string): Promise<Date | null> {
  await takeTurn(db, plansOf(model))
  const { rows } = await db.query<{ end: Date | null }>(
    'select max(window_end) as "end" from cuts where model = $1',
    [model],
  )
  return rows[0]?.end ?? null
}

const plansOf = (model: string): string => `plans of ${model}`

export const cutOf = ({ partitions }: Pick<ScanPlan, 'partitions'>): Record<string, string> =>
  Object.fromEntries(partitions.map(({ partition, cut }) => [partition, cut]))

/** What of a plan a cut says: the partitions of its log, and the joins of its halves as one more. */
export function placesOf(cut: Cut): Pick<ScanPlan, 'partitions' | 'joins'> {
  const places = Object.entries(cut)
    .map(([partition, cut]) => ({ partition: Number(partition), cut }))
    .sort((left, right) => left.partition - right.partition)
  const joins = cut[joinsPartition]
  return {
    partitions: places.filter(({ partition }) => partition !== joinsPartition),
    ...(joins !== undefined && { joins: Number(joins) }),
  }
}

export const withJoins = (cut: Cut, joins: number): Cut => ({
  ...cut,
  [joinsPartition]: String(joins),
})

export const belowOf = (plan: ScanPlan): Below => ({
  cut: plan.joins === undefined ? cutOf(plan) : withJoins(cutOf(plan), plan.joins),
  repairs: plan.repairs ?? 0,
  ...(plan.began && { began: plan.began }),
})

/** The number of the plan of the window $1, $2; null: it has none. */
const ownNumber = '(select number from cuts where model = $1 and window_start = $2)'

/**
 * What the window before could hold, in the same reading; nothing when there is none. One that was planned later does
 * not count: its cut lies after this one's.
 */
export async function belowBefore(db: Db, { model, window, reading }: ScanPlan): Promise<Below> {
  const { rows } = await db.query<{ cut: Cut; repairs: string; recordedAt: Date }>(
    `select cut, case when reading = $3 then repairs else (beside->>'repairs')::bigint end as repairs,
            recorded_at as "recordedAt"
     from cuts where model = $1 and $3 in (reading, beside->>'reading') and window_start < $2
       and number < coalesce(${ownNumber}, number + 1)
     order by window_start desc limit 1`,
    [model, window.start, reading],
  )
  const [row] = rows
  if (row === undefined) return { cut: {}, repairs: 0 }
  return { ...row, repairs: Number(row.repairs) }
}

/** A later window of the same reading had been planned when this one was: its cut lies after theirs. */
export async function plannedOutOfOrder(
  db: Db,
  { model, window, reading }: ScanPlan,
): Promise<boolean> {
  const { rowCount } = await db.query(
    `select from cuts own join cuts later using (model, reading)
     where own.model = $1 and own.window_start = $2 and own.reading = $3
       and later.window_start > own.window_start and later.number < own.number limit 1`,
    [model, window.start, reading],
  )
  return rowCount === 1
}

/** Windows without a single row that end right before this one, in a row, of verdicts up to a number. */
export async function emptyWindowsBefore(
  db: Db,
  model: string,
  start: Date,
  known: number,
): Promise<number> {
  const { rows } = await db.query<{ good: number }>(
    `select (report->'rows'->>'good')::float8 as good from verdicts
     where model = $1 and window_start < $2 and number <= $3 order by window_start desc limit 1000`,
    [model, start, known],
  )
  const first = rows.findIndex(({ good }) => good > 0)
  return first === -1 ? rows.length : first
}

export interface Judged {
  readonly report: Report
  /** What its tests said, reference by reference and look by look. */
  readonly looks: Readonly<Record<string, unknown>>
  /** The number of the last verdict that it knows of. */
  readonly known: number
}

/** Stores a verdict unless its window has one: the first stays on record. Returns the one on record. */
export async function recordVerdict(
  pool: pg.Pool,
  configVersion: number,
  { report, looks, known }: Judged,
): Promise<Report> {
  const { model, window } = report
  await ensurePartitions(pool, 'verdicts', [new Date(window.start)])
  await transaction(pool, async (db) => {
    await takeTurn(db, `verdicts of ${model}`)
    await db.query(
      `insert into verdicts
         (model, window_start, window_end, verdict, evidence_digest, report, config_version, looks, known, number)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9,
         (select coalesce(max(number), 0) + 1 from verdicts where model = $1)) on conflict do nothing`,
      [
        ...[model, window.start, window.end, report.verdict, report.evidenceDigest],
        ...[JSON.stringify(report), configVersion, JSON.stringify(looks), known],
      ],
    )
  })
  return (await findVerdict(pool, model, new Date(window.start))) ?? report
}

export async function findVerdict(db: Db, model: string, start: Date): Promise<Report | null> {
  const { rows } = await db.query<{ report: unknown }>(
    'select report from verdicts where model = $1 and window_start = $2',
    [model, start],
  )
  return rows[0] === undefined ? null : reportSchema.parse(rows[0].report)
}

/** Start of a window (milliseconds since 1970) -> its verdict, for windows that start in [from, to), up to a number. */
export async function verdictNamesBetween(
  db: Db,
  model: string,
  { from, to, known }: { readonly from: Date; readonly to: Date; readonly known: number },
): Promise<Map<number, string>> {
  const { rows } = await db.query<{ window_start: Date; verdict: string }>(
    `select window_start, verdict from verdicts
     where model = $1 and window_start >= $2 and window_start < $3 and number <= $4`,
    [model, from, to, known],
  )
  return new Map(rows.map(({ window_start, verdict }) => [window_start.getTime(), verdict]))
}

/** Verdicts of a model, the newest window first. */
export async function listVerdicts(db: Db, model: string, limit: number): Promise<Report[]> {
  const { rows } = await db.query<{ report: unknown }>(
    'select report from verdicts where model = $1 order by window_start desc limit $2',
    [model, limit],
  )
  return rows.map(({ report }) => reportSchema.parse(report))
}
