import { rm } from 'node:fs/promises'
import type { PoolClient } from 'pg'
import { withAdvisoryLock } from '../adapters/postgres/advisory-lock.ts'
import { markDropped, noteDrill, oldDrillVersions } from '../adapters/postgres/drills.ts'
import { findRetraining } from '../adapters/postgres/retrainings.ts'
import { drillName } from '../contracts/drill-settings.ts'
import { checkParity, loadArtefacts } from './artefacts.ts'
import { dataStay } from './data-stays.ts'
import { type DrillId, drillOf, drillSettingsOf } from './drill-of.ts'
import { invalidArtefact, sha256 } from './marker.ts'
import { folderOf, placeOf, retrainingOf, type TrainingDeps } from './training-deps.ts'

type RegisterDeps = Pick<
  TrainingDeps,
  'db' | 'registry' | 'objects' | 'settings' | 'startedWith' | 'onPhase'
>

export interface RegisteredDrill {
  readonly registered: string
  readonly version: string
  /** Of its model file, as the registry gives it back. */
  readonly digest: string
}

/** Versions of drills that stay in the registry. */
const kept = 2

/**
 * Makes a version of what a drill trained, under the name of drills and never under that of the model, and reads it back:
 * the registry has to give the bytes that were trained. All but the newest two versions of drills are taken out.
 *
 * Errors: DATA_REGION_REFUSED, ARTEFACT_INVALID, REGISTRY_REJECTED, REGISTRY_UNREACHABLE (retryable).
 */
export async function registerDrill(deps: RegisterDeps, id: DrillId): Promise<RegisteredDrill> {
  const { drill, model: name, runKey } = await drillOf(deps.db, id)
  return withAdvisoryLock(deps.db, `candidate/${runKey}`, async (db) => {
    const { model, drill: how } = await drillSettingsOf(deps, name)
    await dataStay(deps, name)
    const run = await retrainingOf({ db }, runKey)
    const { marker, markerDigest, files } = await loadArtefacts(folderOf(deps, run), runKey)
    const registered = drillName(placeOf(name, model).name, how)
    const { version } = await deps.registry.register({
      ...{ name: registered, runKey, files, metrics: {} },
      tags: { 'driftgate.marker': markerDigest, 'driftgate.drill': drill },
    })
    const digest = await readBack(deps, registered, version, runKey)
    if (digest !== marker.files['model.json']) {
      throw invalidArtefact(runKey, 'model.json', `${registered} gives back other bytes`)
    }
    await noteDrill(db, drill, { registered, version, digest, cost: run.cost })
    await dropOld(deps, db, name)
    return { registered, version, digest }
  })
}

/** Digest of the model file of a version that gives the trainer's scores. */
async function readBack(
  { registry }: RegisterDeps,
  registered: string,
  version: string,
  runKey: string,
): Promise<string> {
  const model = await registry.download(registered, version, 'model.json')
  checkParity(runKey, model, await registry.download(registered, version, 'parity.json'))
  return sha256(model)
}

/** What was dropped is told last: a drill that dies in between leaves the rest to the next one. */
async function dropOld(deps: RegisterDeps, db: PoolClient, model: string): Promise<void> {
  for (const { drill, registered, version, runKey } of await oldDrillVersions(db, model, kept)) {
    await deps.registry.drop(registered, version)
    const run = await findRetraining(db, runKey)
    if (run !== null) await rm(folderOf(deps, run), { recursive: true, force: true })
    await markDropped(db, drill)
  }
}
