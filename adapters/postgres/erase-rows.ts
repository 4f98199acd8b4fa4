import type pg from 'pg'
import type { ErasedCount } from '../../contracts/erasure.ts'
import type { Db } from './pool.ts'

/** A prediction as tables name it. */
export interface IdInTables {
  readonly model: string
  /** As `predictions.id` and `labels.id` have it. */
  readonly stored: string
  /** As `halves.id` has it: JSON. */
  readonly json: string
}

const ofModel = (content: string) =>
  `(select id from readings where model = $1 and content = '${content}')`
const numbersOf = (content: string) =>
  `(select number from readings where model = $1 and content = '${content}')`
const key = `substr(sha256(convert_to($2, 'UTF8')), 1, 16)`

/** What is found by the id itself; the caller holds the lock of erasures, so that nobody stores any of it meanwhile. */
export async function eraseRows(client: pg.PoolClient, id: IdInTables): Promise<ErasedCount[]> {
  return [
    { place: 'predictions', rows: await erasePredictions(client, id) },
    { place: 'labels', rows: await eraseLabels(client, id) },
    { place: 'halves', rows: await eraseHalves(client, id) },
    { place: 'joined_ids', rows: await eraseJoinedIds(client, id) },
    { place: 'estimators', rows: await eraseEstimatorRows(client, id) },
  ]
}

/** How many there are. */
export async function countRows(
  db: Db,
  { model, stored, json }: IdInTables,
): Promise<ErasedCount[]> {
  const { rows } = await db.query<
    Record<'predictions' | 'labels' | 'halves' | 'joined' | 'estimators', string>
  >(
    `select (select count(*) from predictions where id = $3 and reading in ${numbersOf('predictions')}) as predictions,
            (select count(*) from labels where id = $3 and reading in ${numbersOf('labels')}) as labels,
            (select count(*) from halves where id = $2 and reading in ${ofModel('predictions')}) as halves,
            (select count(*) from joined_ids where key = ${key} and reading in ${numbersOf('predictions')}) as joined,
            (select count(*) from estimator_rows where id = $3 and model = $1) as estimators`,
    [model, json, stored],
  )
  const [row] = rows
  return [
    { place: 'predictions', rows: Number(row?.predictions) },
    { place: 'labels', rows: Number(row?.labels) },
    { place: 'halves', rows: Number(row?.halves) },
    { place: 'joined_ids', rows: Number(row?.joined) },
    { place: 'estimators', rows: Number(row?.estimators) },
  ]
}

/** What brought them notes that they went, as when retention removes them; days that were counted are counted anew. */
async function erasePredictions(
  client: pg.PoolClient,
  { model, stored }: IdInTables,
): Promise<number> {
  const found = `id = $2 and reading in ${numbersOf('predictions')}`
  // Retention drops a day under the same lock, after it counted its rows.
  await client.query(
    `select from prediction_days where day in (
       select (at at time zone 'UTC')::date from predictions where ${found}) order by day for update`,
    [model, stored],
  )
  await client.query(
    `create temp table erased on commit drop as
     with gone as (delete from predictions where ${found} returning at, reading, partition, from_offset, repair)
     select g.*, r.id as reading_id from gone g join readings r on r.number = g.reading`,
    [model, stored],
  )
  const counted = (isThere: string) => `
    from (select reading_id, partition, from_offset, repair, count(*) as rows from erased
          group by reading_id, partition, from_offset, repair) g
    where ${isThere}`
  await client.query(
    `update ledger_slices s set lifted_predictions = s.lifted_predictions + g.rows
     ${counted('s.reading = g.reading_id and s.partition = g.partition and s.from_offset = g.from_offset and g.repair = 0')}`,
  )
  await client.query(
    `update ledger_repairs s set lifted_predictions = s.lifted_predictions + g.rows
     ${counted('s.reading = g.reading_id and s.number = g.repair and g.repair > 0')}`,
  )
  await client.query(
    `update joins s set lifted_predictions = s.lifted_predictions + g.rows
     ${counted('s.reading = g.reading_id and g.partition = -1 and s.number = g.from_offset + 1')}`,
  )
  await client.query(
    `update prediction_days set mark = null where day in (select (at at time zone 'UTC')::date from erased)`,
  )
  const { rows } = await client.query<{ rows: string }>('select count(*) as rows from erased')
  await client.query('drop table erased')
  return Number(rows[0]?.rows)
}

async function eraseLabels(client: pg.PoolClient, { model, stored }: IdInTables): Promise<number> {
  const found = `id = $2 and reading in ${numbersOf('labels')}`
  // Retention drops a day under the same lock, after it counted its rows.
  await client.query(
    `select pg_advisory_xact_lock(hashtext('labels_' || to_char(day, 'YYYYMMDD')))
     from (select distinct read_on as day from labels where ${found} order by day) d`,
    [model, stored],
  )
  const { rows } = await client.query<{ rows: string }>(
    `with gone as (
       delete from labels where ${found} returning reading, partition, from_offset, repair
     ), counted as (
       select r.id as reading, g.partition, g.from_offset, g.repair, count(*) as rows
       from gone g join readings r on r.number = g.reading group by r.id, g.partition, g.from_offset, g.repair
     ), noted as (
       update ledger_slices s set lifted_labels = s.lifted_labels + c.rows from counted c
       where s.reading = c.reading and s.partition = c.partition and s.from_offset = c.from_offset and c.repair = 0
     ), noted_repairs as (
       update ledger_repairs s set lifted_labels = s.lifted_labels + c.rows from counted c
       where s.reading = c.reading and s.number = c.repair
     )
     select coalesce(sum(rows), 0) as rows from counted`,
    [model, stored],
  )
  return Number(rows[0]?.rows)
}

/** What was learned from it stays; for inputs that shift it is learned anew from the others. */
async function eraseEstimatorRows(
  client: pg.PoolClient,
  { model, stored }: IdInTables,
): Promise<number> {
  const { rowCount } = await client.query(
    'delete from estimator_rows where model = $1 and id = $2',
    [model, stored],
  )
  return rowCount ?? 0
}

/** Those that a join saw are in its counts; of the others their slice or repair says that they went. */
async function eraseHalves(client: pg.PoolClient, { model, json }: IdInTables): Promise<number> {
  const { rows } = await client.query<{ rows: string }>(
    `with gone as (
       delete from halves where id = $2 and reading in ${ofModel('predictions')}
       returning reading, partition, "offset", repair
     ), last as (
       select distinct on (reading) reading, began, cut, repairs from joins
       where joined_at is not null order by reading, number desc
     ), unseen as (
       select g.* from gone g left join last l using (reading)
       where not coalesce(
         g."offset" < (l.cut ->> g.partition::text)::bigint and g."offset" >= (l.began ->> g.partition::text)::bigint
         and g.repair <= l.repairs, false)
     ), of_slices as (
       update ledger_slices s set erased_halves = s.erased_halves + c.rows
       from (
         select u.reading, u.partition, f.from_offset, count(*) as rows
         from unseen u join ledger_slices f on f.reading = u.reading and f.partition = u.partition
           and f.from_offset <= u."offset" and f.to_offset > u."offset"
         where u.repair = 0 group by u.reading, u.partition, f.from_offset) c
       where s.reading = c.reading and s.partition = c.partition and s.from_offset = c.from_offset
     ), of_repairs as (
       update ledger_repairs s set erased_halves = s.erased_halves + c.rows
       from (select reading, repair, count(*) as rows from unseen where repair > 0 group by reading, repair) c
       where s.reading = c.reading and s.number = c.repair
     )
     select count(*) as rows from gone`,
    [model, json],
  )
  return Number(rows[0]?.rows)
}

/** Repetitions of it are not looked for any more: what comes under the id is not stored. */
async function eraseJoinedIds(client: pg.PoolClient, { model, json }: IdInTables): Promise<number> {
  const found = `key = ${key} and reading in ${numbersOf('predictions')}`
  // In the order in which joins forget ids: the join first.
  await client.query(
    `select from joins j join readings r on r.id = j.reading
     where (r.number, j.number) in (select reading, number from joined_ids where ${found}) for update of j`,
    [model, json],
  )
  const { rows } = await client.query<{ rows: string }>(
    `with gone as (
       delete from joined_ids where ${found} returning reading, number
     ), counted as (
       select r.id as reading, g.number, count(*) as rows
       from gone g join readings r on r.number = g.reading group by r.id, g.number
     ), noted as (
       update joins j set ids = j.ids - c.rows, erased_ids = j.erased_ids + c.rows from counted c where j.reading = c.reading and j.number = c.number
     )
     select coalesce(sum(rows), 0) as rows from counted`,
    [model, json],
  )
  return Number(rows[0]?.rows)
}
