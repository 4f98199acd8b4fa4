import { type Incident, incidentSchema } from '../../contracts/incident.ts'
import { concernTable } from './concern-table.ts'

export const {
  upsert: upsertIncident,
  list: listIncidents,
  open: openIncidents,
  find: findIncident,
} = concernTable<Incident>({
  ...{ table: 'incidents', column: 'incident', sort: 'kind', schema: incidentSchema },
})
