import { newestRowsFrom } from '../adapters/postgres/drill-rows.ts'
import { dataStay } from './data-stays.ts'
import { type DrillId, drillOf, drillSettingsOf } from './drill-of.ts'
import { type PrepareDeps, rowsSince } from './prepare-training.ts'
import { storeSpec } from './training-spec.ts'

/** Not every row has a label: so many times more are read than are wanted. */
const unlabelled = 2
/** How far back the rows of a table begin, where no ledger says how many there are. */
const tableMs = 30 * 86_400_000

/**
 * The run of a drill as that of a retraining, by the trainer and the settings of the champion, on the newest labelled
 * rows. It asks for no part of a retraining budget, and no cooldown follows it.
 *
 * Errors: those of `prepareTraining`, DRILL_UNKNOWN, DRILL_NOT_CONFIGURED.
 */
export async function prepareDrill(deps: PrepareDeps, id: DrillId): Promise<{ runKey: string }> {
  const { drill, model: name, runKey, requestedBy } = await drillOf(deps.db, id)
  const { model, drill: how } = await drillSettingsOf(deps, name)
  await dataStay(deps, name)
  const { topic } = model.log
  const known = await newestRowsFrom(deps.db, { model: name, topic, rows: unlabelled * how.rows })
  const from = (known ?? new Date(deps.clock() - tableMs)).toISOString()
  const input = {
    ...{ model: name, prefix: '', runKey, incident: null, from },
    ...{ requestedBy: [requestedBy], reason: `drill ${drill}` },
  }
  await storeSpec(deps, input, () => rowsSince(deps, input), { drill, rows: how.rows })
  return { runKey }
}
