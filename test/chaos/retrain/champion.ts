import type pg from 'pg'
import { registerCandidate } from '../../../activities/register-candidate.ts'
import { currentSettings } from '../../../adapters/postgres/config-versions.ts'
import { insertRetraining, markEnded } from '../../../adapters/postgres/retrainings.ts'
import { mlflowRegistry } from '../../../adapters/registry/mlflow.ts'
import { mlflowAlias } from '../../../adapters/serving/mlflow-alias.ts'
import { allTo } from '../../../contracts/traffic.ts'
import { trainingRun } from '../../support/training-run.ts'
import { truth } from './log.ts'

/** Of the one version that no round registers. */
export const championKey = '000000000000'

/**
 * A champion that knows how the labels were made. No candidate is better, so no release holds the next round up, and the
 * comparison is of two models as always.
 */
export async function installChampion(into: {
  readonly db: pg.Pool
  readonly objects: string
  readonly mlflow: string
}): Promise<void> {
  const { db, objects, mlflow } = into
  await trainingRun(objects, { model: 'm', runKey: championKey, threshold: truth, truth })
  const from = '2024-01-01T00:00:00.000Z'
  const asked = { incident: null, requestedBy: ['chaos'], reason: 'the first model' }
  const input = { model: 'm', prefix: '', runKey: championKey, from, ...asked }
  await insertRetraining(db, input, 'none')
  await markEnded(db, championKey, { state: 'succeeded', reason: 'made by hand', at: new Date() })
  const settings = async () => (await currentSettings(db)).settings
  const registry = mlflowRegistry(mlflow)
  const registered = await registerCandidate(
    { db, registry, objects, settings },
    { runKey: championKey },
  )
  const target = mlflowAlias(mlflow)
  const place = { name: 'm', alias: (await settings()).models['m']?.registry.alias ?? '' }
  const { generation } = await target.read(place)
  await target.set(place, allTo(registered.version), generation)
}
