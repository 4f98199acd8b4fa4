import { incidentEvidence } from '../adapters/postgres/incident-evidence.ts'
import { findIncident } from '../adapters/postgres/incidents.ts'
import { incidentOnRecord } from '../adapters/postgres/window-records.ts'
import { hasLabels, whyOfIncident } from '../policies/why.ts'
import { concernFrame } from '../reports/concern-words.ts'
import { incidentCard } from '../reports/incident-card.ts'
import { type CardSource, keyOfConcern, placesOf } from './card-source.ts'

/** An incident: one card until it is resolved, and what it was afterwards. */
export const cardOfIncident: CardSource = async (db, id, settings) => {
  const incident = await findIncident(db, id)
  if (incident === null) return null
  const why = whyOfIncident(await incidentOnRecord(db, incident), hasLabels(settings, incident))
  return {
    card: incidentCard({
      ...{ incident, why },
      ...(await incidentEvidence(db, incident)),
      ...concernFrame(settings, settings, incident),
    }),
    version: '',
    key: (channel) => keyOfConcern('incident', id, channel),
    channels: incident.state === 'open' ? placesOf(settings.models[incident.model], incident) : [],
  }
}
