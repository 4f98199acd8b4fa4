import type { Pool, PoolClient } from 'pg'
import { type DrillRow, findDrill } from '../adapters/postgres/drills.ts'
import type { ModelSettings } from '../contracts/config.ts'
import type { ModelDrill } from '../contracts/drill-settings.ts'
import { DriftgateError } from '../contracts/errors.ts'
import { modelOf, type TrainingDeps } from './training-deps.ts'

export interface DrillId {
  readonly drill: string
}

/** Of the workflow that walks it. DRILL_UNKNOWN where the record has none of that name. */
export async function drillOf(db: Pool | PoolClient, { drill }: DrillId): Promise<DrillRow> {
  const found = await findDrill(db, drill)
  if (found === null) throw new DriftgateError('DRILL_UNKNOWN', { drill })
  return found
}

/** How a model is rehearsed. Errors: MODEL_UNKNOWN, DRILL_NOT_CONFIGURED. */
export async function drillSettingsOf(
  deps: Pick<TrainingDeps, 'settings'>,
  name: string,
): Promise<{ model: ModelSettings; drill: ModelDrill }> {
  const { model } = await modelOf(deps, name)
  if (model.drill === undefined) throw new DriftgateError('DRILL_NOT_CONFIGURED', { model: name })
  return { model, drill: model.drill }
}
