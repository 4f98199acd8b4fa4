import type pg from 'pg'
import { currentConfigVersion } from '../../adapters/postgres/config-versions.ts'
import { recordVerdict } from '../../adapters/postgres/verdicts.ts'
import type { Report } from '../../contracts/report.ts'
import { driftReport } from '../reports/examples.ts'
import { verdictOf } from './scripted-activities.ts'

/** The verdict of a day on record, as a scan would have written it before it told the steward. */
export async function judged(db: pg.Pool, day: number, told: Report = driftReport): Promise<void> {
  const { window, evidenceDigest } = verdictOf('m', day, 'DRIFT')
  const report = { ...told, model: 'm', window, evidenceDigest }
  const { id } = (await currentConfigVersion(db))!
  await recordVerdict(db, id, { report, looks: {}, known: 0 })
}
