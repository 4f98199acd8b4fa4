import type { Settings } from '../contracts/config.ts'
import { elsewhere, saidOf } from '../contracts/data-places.ts'
import { DriftgateError } from '../contracts/errors.ts'
import { modelOf, type TrainingDeps } from './training-deps.ts'

/**
 * Refuses to let data of a model go where they may not: by the configuration in force, which may have changed since the
 * retraining was begun, and by the one that this process was started with, which says where it really goes.
 *
 * Errors: DATA_REGION_REFUSED, MODEL_UNKNOWN.
 */
export async function dataStay(
  deps: Pick<TrainingDeps, 'settings' | 'startedWith'>,
  name: string,
): Promise<void> {
  const { settings, model } = await modelOf(deps, name)
  const views: readonly [string, Pick<Settings, 'cluster' | 'objects' | 'registry'>][] = [
    ['the configuration in force', settings],
    ['the configuration of this worker', deps.startedWith ?? settings],
  ]
  for (const [by, places] of views) {
    const wrong = elsewhere(places, model)
    if (wrong === null) continue
    const details = { model: name, region: model.data.region, setting: wrong.setting, by }
    throw new DriftgateError('DATA_REGION_REFUSED', { ...details, said: saidOf(wrong) })
  }
}
