import type { LabelPlan } from '../../contracts/label-reading.ts'
import type { Cut } from './parts.ts'
import type { Db } from './pool.ts'
import { cutOf, placesOf } from './verdicts.ts'

interface Row {
  at: Date
  window_start: Date
  reading: string
  cut: Cut
  config_version: string
  repairs: string
}

const columns = 'at, window_start, reading, cut, config_version, repairs'

/** The plan of the labels that were known at a moment; null: none was made. */
export async function findLabelPlan(db: Db, model: string, at: Date): Promise<LabelPlan | null> {
  const { rows } = await db.query<Row>(
    `select ${columns} from label_cuts where model = $1 and at = $2`,
    [model, at],
  )
  return planOf(model, rows[0])
}

/** Records a plan unless its moment has one, and returns the one that counts. */
export async function recordLabelPlan(db: Db, plan: LabelPlan): Promise<LabelPlan> {
  const { model, at, window, reading, configVersion } = plan
  await db.query(
    `insert into label_cuts (model, at, window_start, reading, cut, config_version, repairs)
     values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing`,
    [model, at, window, reading, JSON.stringify(cutOf(plan)), configVersion, plan.repairs ?? 0],
  )
  return (await findLabelPlan(db, model, new Date(at))) ?? plan
}

function planOf(model: string, row: Row | undefined): LabelPlan | null {
  if (row === undefined) return null
  return {
    ...{ model, at: row.at.toISOString(), window: row.window_start.toISOString() },
    ...{ reading: row.reading, configVersion: Number(row.config_version) },
    partitions: placesOf(row.cut).partitions,
    ...(Number(row.repairs) > 0 && { repairs: Number(row.repairs) }),
  }
}
