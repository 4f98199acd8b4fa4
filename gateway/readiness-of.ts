import type pg from 'pg'
import { drillsConfiguredSince, lastDrill, lastReadyAt } from '../adapters/postgres/drills.ts'
import type { ModelSettings } from '../contracts/config.ts'
import type { Readiness } from '../contracts/drill.ts'
import { deliveryTrouble } from '../policies/drill.ts'

/** Where the delivery of a model stands; null: no drill is configured for it. */
export async function readinessOf(
  { db, clock }: { readonly db: pg.Pool; readonly clock: () => number },
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
