import type pg from 'pg'
import { drillsConfiguredSince, lastDrill, lastReadyAt } from '../adapters/postgres/drills.ts'
import type { ModelSettings } from '../contracts/config.ts'
import type { Readiness } from '../contracts/drill.ts'
import { deliveryTrouble } from '../policies/drill.ts'
import { settingsInForce } from './applied.ts'

interface ReadinessDeps {
  readonly db: pg.Pool
  readonly clock: () => number
}

/** Where the delivery of a model stands; null: no drill is configured for it. */
export async function readinessOf(
  { db, clock }: ReadinessDeps,
  model: string,
  { drill }: Pick<ModelSettings, 'drill'>,
): Promise<Readiness | null> {
  if (drill === undefined) return null
  const [last, readyAt, configuredAt] = await Promise.all([
    lastDrill(db, model),
    lastReadyAt(db, model),
    drillsConfiguredSince(db, model),
  ])
  const facts = { every: drill.every, last, configuredAt: configuredAt?.getTime() ?? clock() }
  return {
    lastReadyAt: readyAt?.toISOString() ?? null,
    last,
    trouble: deliveryTrouble(facts, clock()),
  }
}

/** The same by the configuration in force, of a model that may not be in it any more. */
export async function readinessNow(deps: ReadinessDeps, model: string): Promise<Readiness | null> {
  const settings = (await settingsInForce(deps.db))?.models[model]
  return settings === undefined ? null : readinessOf(deps, model, settings)
}

/** Of those that drills are configured for. */
export async function readinessOfAll(
  deps: ReadinessDeps,
  models: Readonly<Record<string, Pick<ModelSettings, 'drill'>>>,
): Promise<{ model: string; readiness: Readiness }[]> {
  const all = await Promise.all(
    Object.entries(models).map(async ([model, settings]) => ({
      model,
      readiness: await readinessOf(deps, model, settings),
    })),
  )
  return all.flatMap(({ model, readiness }) => (readiness === null ? [] : [{ model, readiness }]))
}
