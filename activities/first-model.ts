import { cp, mkdir } from 'node:fs/promises'
import { resolve } from 'node:path'
import { insertRetraining, markEnded } from '../adapters/postgres/retrainings.ts'
import { DriftgateError } from '../contracts/errors.ts'
import type { RetrainInput } from '../contracts/messages.ts'
import { adoptReference } from './adopt-reference.ts'
import { type FollowOptions, followTraining } from './follow-training.ts'
import { readRunKey } from './marker.ts'
import { noVersion, promote, targetGeneration } from './promote.ts'
import { registerCandidate } from './register-candidate.ts'
import { submitTraining } from './submit-training.ts'
import { modelOf, runFolder, type TrainingDeps } from './training-deps.ts'
import { settingsDigest, storeSpec, type TrainingRows } from './training-spec.ts'

export interface FirstModel {
  readonly runKey: string
  readonly version: string
}

/**
 * Trains a model that has none yet on given rows and makes it the champion: the steps of a retraining
 * and a release without the gate, since nobody's traffic moves. Repeated, it goes on where it ended.
 *
 * Errors: those of the steps; CLUSTER_JOB_FAILED and CLUSTER_JOB_LOST for the job's own end.
 */
export async function trainFirst(
  deps: TrainingDeps,
  input: { model: string; runKey: string; from: string; rows: TrainingRows },
  options: FollowOptions = {},
): Promise<FirstModel> {
  const { model, runKey, from, rows } = input
  await storeSpec(deps, firstInput(model, runKey, from), async () => rows)
  await submitTraining(deps, { runKey })
  const { state, reason } = await followTraining(deps, { runKey }, options)
  if (state === 'lost') throw new DriftgateError('CLUSTER_JOB_LOST', { runKey })
  if (state === 'failed') throw new DriftgateError('CLUSTER_JOB_FAILED', { runKey, reason })
  return becomeChampion(deps, model, runKey)
}

/** The same from the folder of a run that ended earlier, kept by the digest of its inputs. */
export async function registerFirst(
  deps: TrainingDeps,
  { model, folder }: { model: string; folder: string },
): Promise<FirstModel> {
  const runKey = await readRunKey(folder)
  const settings = (await modelOf(deps, model)).model
  const own = runFolder(deps, model, runKey)
  if (resolve(folder) !== resolve(own)) {
    await mkdir(own, { recursive: true })
    await cp(folder, own, { recursive: true })
  }
  const input = firstInput(model, runKey, new Date(0).toISOString())
  await insertRetraining(deps.db, input, settingsDigest(settings))
  await markEnded(deps.db, runKey, {
    ...{ state: 'succeeded', reason: 'kept from an earlier run' },
    at: new Date(deps.clock()),
  })
  return becomeChampion(deps, model, runKey)
}

async function becomeChampion(
  deps: TrainingDeps,
  model: string,
  runKey: string,
): Promise<FirstModel> {
  const { version } = await registerCandidate(deps, { runKey })
  const target = await targetGeneration(deps, { model })
  if (target.version !== noVersion && target.version !== version) {
    const details = { release: model, given: 'no champion', current: target.generation }
    throw new DriftgateError('RELEASE_STALE', details)
  }
  await adoptReference(deps, { runKey })
  await promote(deps, { model, version, expectedGeneration: target.generation })
  return { runKey, version }
}

const firstInput = (model: string, runKey: string, from: string): RetrainInput => ({
  model,
  prefix: '',
  runKey,
  incident: null,
  from,
  requestedBy: ['first model'],
  reason: 'the model has no version yet',
})
