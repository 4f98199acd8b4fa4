import type { Db } from '../adapters/postgres/pool.ts'
import {
  currentReading,
  findReading,
  formerReading,
  passagesOf,
} from '../adapters/postgres/readings.ts'
import { referenceInForce } from '../adapters/postgres/references.ts'
import type { ApplyAnswer } from '../contracts/apply.ts'
import type { ModelSettings } from '../contracts/config.ts'
import { readingDefinition } from '../contracts/reading.ts'
import { windowStartOf } from '../policies/window.ts'
import { readingId } from '../profiles/index.ts'

/** The models whose log these settings read in another way than it was read last, and where that begins. */
export async function newReadings(
  db: Db,
  models: Readonly<Record<string, ModelSettings>>,
): Promise<ApplyAnswer['readings']> {
  const found: ApplyAnswer['readings'][number][] = []
  for (const [model, settings] of Object.entries(models)) {
    const current = await currentReading(db, model)
    const binning = current && (await referenceInForce(db, model))?.binningDigest
    if (!binning) continue
    const definition = readingDefinition(model, settings, binning)
    const reading = readingId(definition)
    if (reading === current.id) continue
    const known = await findReading(db, reading)
    const former = await formerReading(db, definition)
    const from = known === null ? former?.plannedUntil : known.windowsFrom
    const begun = (await passagesOf(db, reading)).size > 0
    found.push({
      model,
      reading,
      topic: definition.topic,
      windowsFrom: from
        ? new Date(windowStartOf(settings.window, from.getTime())).toISOString()
        : null,
      begun,
    })
  }
  return found
}
