import type { Db } from './pool.ts'

/** What is stored of one version or segment of it; what it means, whoever judges knows. */
export interface StoredState {
  readonly version: string
  readonly segment: string
  readonly lesson: unknown
  readonly usual: unknown
  readonly stream: unknown
}

/** Of a group, what windows before one left behind. */
export interface StatesBefore {
  readonly version: string
  readonly segment: string
  readonly usual: unknown
  readonly stream: unknown
  /** Of windows in order of time, as long as nothing is frozen. */
  readonly lessons: readonly unknown[]
  /** A later window left something behind, and this one nothing. */
  readonly overtaken: boolean
}

export interface StatesWanted {
  readonly model: string
  readonly definition: string
  readonly start: Date
}

/** What final windows before one left behind of some versions and segments. */
export async function statesBefore(
  db: Db,
  { model, definition, start }: StatesWanted,
  groups: readonly { readonly version: string; readonly segment: string }[],
): Promise<StatesBefore[]> {
  const { rows } = await db.query<StatesBefore>(
    `select g.version, g.segment, u.usual, s.stream, coalesce(l.lessons, '[]') as lessons,
            a.overtaken
     from unnest($4::text[], $5::text[]) as g(version, segment)
     left join lateral (
       select usual from performance_states
       where model = $1 and definition = $2 and version = g.version and segment = g.segment
         and usual is not null and window_start < $3
       order by window_start limit 1) u on true
     left join lateral (
       select stream from performance_states
       where model = $1 and definition = $2 and version = g.version and segment = g.segment
         and stream is not null and window_start < $3
       order by window_start desc limit 1) s on u.usual is not null
     left join lateral (
       select jsonb_agg(lesson order by window_start) as lessons from performance_states
       where model = $1 and definition = $2 and version = g.version and segment = g.segment
         and lesson is not null and window_start < $3) l on u.usual is null
     cross join lateral (
       select exists (
         select from performance_states
         where model = $1 and definition = $2 and version = g.version and segment = g.segment
           and window_start > $3)
       and not exists (
         select from performance_states
         where model = $1 and definition = $2 and version = g.version and segment = g.segment
           and window_start = $3) as overtaken) a`,
    [
      ...[model, definition, start],
      ...[groups.map(({ version }) => version), groups.map(({ segment }) => segment)],
    ],
  )
  return rows
}

/** In the transaction that records the measure of the window. */
export async function recordStates(
  db: Db,
  { model, definition, start }: StatesWanted,
  states: readonly StoredState[],
): Promise<void> {
  if (states.length === 0) return
  await db.query(
    `insert into performance_states (model, definition, version, segment, window_start, lesson, usual, stream)
     select $1, $2, s ->> 'version', s ->> 'segment', $3,
            nullif(s -> 'lesson', 'null'), nullif(s -> 'usual', 'null'), nullif(s -> 'stream', 'null')
     from jsonb_array_elements($4::jsonb) as s
     on conflict do nothing`,
    [model, definition, start, JSON.stringify(states)],
  )
}

/**
 * Removes at most so many rows that windows before a moment left behind, where a later one has left all that windows to
 * come need: what is usual stays, and of each group the latest. Returns how many; 0: there are no more.
 */
export async function forgetStates(db: Db, before: Date, most: number): Promise<number> {
  const { rowCount } = await db.query(
    `delete from performance_states where (model, definition, version, segment, window_start) in (
       select model, definition, version, segment, window_start from performance_states p
       where window_start < $1 and usual is null and exists (
         select from performance_states l
         where l.model = p.model and l.definition = p.definition and l.version = p.version
           and l.segment = p.segment and l.window_start > p.window_start and l.stream is not null)
       limit $2 for update of p skip locked)`,
    [before, most],
  )
  return rowCount ?? 0
}
