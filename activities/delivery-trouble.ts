import type pg from 'pg'
import { drillsConfiguredSince, lastDrill } from '../adapters/postgres/drills.ts'
import type { ModelDrill } from '../contracts/drill-settings.ts'
import { deliveryTrouble } from '../policies/drill.ts'

/** Why a release of the model may not go through today, as its drills say; null: nothing says so. */
export async function readinessTrouble(
  { db, clock }: { readonly db: pg.Pool; readonly clock: () => number },
  model: string,
  drill: ModelDrill | undefined,
): Promise<string | null> {
  if (drill === undefined) return null
  const [last, since] = await Promise.all([lastDrill(db, model), drillsConfiguredSince(db, model)])
  const configuredAt = since?.getTime() ?? clock()
  return deliveryTrouble({ every: drill.every, last, configuredAt }, clock())
}
