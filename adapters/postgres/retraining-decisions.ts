import type { Db } from './pool.ts'

export interface RetrainingDecision {
  readonly at: Date
  /** Null: no incident asks for it. */
  readonly incident: string | null
  readonly sentence: string
}

/** What a steward says of retraining its model, unless it is what it said last of that incident but for numbers that go on. */
export async function recordDecision(
  db: Db,
  model: string,
  { at, incident, sentence }: RetrainingDecision,
): Promise<void> {
  await db.query(
    `insert into retraining_decisions (model, decided_at, incident, topic, sentence)
     select $1, $2, $3, split_part($4, ':', 1), $4
     where split_part($4, ':', 1) is distinct from (
       select topic from retraining_decisions
       where model = $1 and incident is not distinct from $3 order by id desc limit 1
     )`,
    [model, at, incident, sentence],
  )
}

/** The newest first. */
export async function listDecisions(
  db: Db,
  model: string,
  limit = 50,
): Promise<RetrainingDecision[]> {
  const { rows } = await db.query<RetrainingDecision>(
    `select decided_at as at, incident, sentence from retraining_decisions
     where model = $1 order by id desc limit $2`,
    [model, limit],
  )
  return rows
}
