import { findDrill } from '../adapters/postgres/drills.ts'
import { drillCard } from '../reports/drill-card.ts'
import { type CardSource, keyOfConcern } from './card-source.ts'

/** A drill: one card in the channel of drills, which is no channel of real requests. */
export const cardOfDrill: CardSource = async (db, id, settings) => {
  const drill = await findDrill(db, id)
  if (drill === null) return null
  const channel = settings.models[drill.model]?.drill?.channel
  const link = new URL('/', settings.gateway.url).href
  return {
    card: drillCard({ drill, environment: settings.environment, link }),
    version: '',
    key: (name) => keyOfConcern('drill', id, name),
    channels: channel === undefined ? [] : [channel],
  }
}
