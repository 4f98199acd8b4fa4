import { findIncident } from '../adapters/postgres/incidents.ts'
import { findVerdict } from '../adapters/postgres/verdicts.ts'
import { incidentCard } from '../reports/incident-card.ts'
import { type CardSource, keyOfConcern, placesOf } from './card-source.ts'

/** An incident: one card until it is resolved, and what it was afterwards. */
export const cardOfIncident: CardSource = async (db, id, settings) => {
  const incident = await findIncident(db, id)
  if (incident === null) return null
  const model = settings.models[incident.model]
  return {
    card: incidentCard({
      incident,
      report: await findVerdict(db, incident.model, new Date(incident.lastWindow.start)),
      owners: model?.owners ?? [],
      escalation: model?.notifications.escalation ?? null,
      environment: settings.environment,
      link: new URL(`/incidents/${id}`, settings.gateway.url).href,
    }),
    version: '',
    key: (channel) => keyOfConcern('incident', id, channel),
    channels: incident.state === 'open' ? placesOf(model, incident) : [],
  }
}
