import { type Incident, incidentSchema } from '../../contracts/incident.ts'
import type { Db } from './pool.ts'

/** The incident as it is now, whatever was there before; whether that is something else. */
export async function upsertIncident(db: Db, incident: Incident): Promise<boolean> {
  const { rowCount } = await db.query(
    `insert into incidents (id, model, kind, state, opened_at, resolved_at, incident)
     values ($1, $2, $3, $4, $5, $6, $7)
     on conflict (id) do update
     set state = excluded.state, resolved_at = excluded.resolved_at, incident = excluded.incident
     where incidents.incident is distinct from excluded.incident`,
    [
      incident.id,
      incident.model,
      incident.kind,
      incident.state,
      incident.openedAt,
      incident.resolvedAt,
      JSON.stringify(incident),
    ],
  )
  return rowCount === 1
}

/** Open ones first, then the newest. */
export async function listIncidents(db: Db, model: string, limit = 50): Promise<Incident[]> {
  const { rows } = await db.query<{ incident: unknown }>(
    `select incident from incidents where model = $1
     order by state = 'open' desc, opened_at desc, id limit $2`,
    [model, limit],
  )
  return rows.map(({ incident }) => incidentSchema.parse(incident))
}

/** The open ones of every model, the newest first. */
export async function openIncidents(db: Db): Promise<Incident[]> {
  const { rows } = await db.query<{ incident: unknown }>(
    "select incident from incidents where state = 'open' order by opened_at desc, id limit 200",
  )
  return rows.map(({ incident }) => incidentSchema.parse(incident))
}

export async function findIncident(db: Db, id: string): Promise<Incident | null> {
  const { rows } = await db.query<{ incident: unknown }>(
    'select incident from incidents where id = $1',
    [id],
  )
  return rows[0] === undefined ? null : incidentSchema.parse(rows[0].incident)
}
