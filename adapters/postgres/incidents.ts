import { type Incident, incidentSchema } from '../../contracts/incident.ts'
import { concernTable } from './concern-table.ts'
import type { Db } from './pool.ts'

export const {
  upsert: upsertIncident,
  list: listIncidents,
  open: openIncidents,
  find: findIncident,
} = concernTable<Incident>({
  ...{ table: 'incidents', column: 'incident', sort: 'kind', schema: incidentSchema },
})

/** What a release answers: the incident that asked for it, and others that the same retraining was for. */
export async function incidentsOfRelease(
  db: Db,
  { model, incident, runKey }: { model: string; incident: string | null; runKey: string },
): Promise<Incident[]> {
  const { rows } = await db.query<{ incident: unknown }>(
    `select incident from incidents where model = $1 and (id = $2 or incident ->> 'runKey' = $3)
     order by id = $2 desc nulls last, opened_at desc, id`,
    [model, incident, runKey],
  )
  return rows.map((row) => incidentSchema.parse(row.incident))
}
