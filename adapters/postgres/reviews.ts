import type { Review } from '../../contracts/release.ts'
import type { Db } from './pool.ts'

export interface ReviewRow {
  readonly release: string
  readonly state: Review['state']
  readonly brokenBy: string
  readonly reason: string
  readonly openedAt: Date
  readonly dueAt: Date
  readonly endedAt: Date | null
}

const select = `
  select release, state, broken_by as "brokenBy", reason, opened_at as "openedAt",
    due_at as "dueAt", ended_at as "endedAt"
  from reviews`

/** Opened once: the same again changes nothing. */
export async function openReview(
  db: Db,
  review: Pick<ReviewRow, 'release' | 'brokenBy' | 'reason' | 'openedAt' | 'dueAt'>,
): Promise<void> {
  await db.query(
    `insert into reviews (release, state, broken_by, reason, opened_at, due_at)
     values ($1, 'open', $2, $3, $4, $5) on conflict (release) do nothing`,
    [review.release, review.brokenBy, review.reason, review.openedAt, review.dueAt],
  )
}

export async function findReview(db: Db, release: string): Promise<ReviewRow | null> {
  const { rows } = await db.query<ReviewRow>(`${select} where release = $1`, [release])
  return rows[0] ?? null
}

/** Those that nobody has ended, the most urgent first. */
export async function openReviews(db: Db): Promise<ReviewRow[]> {
  const { rows } = await db.query<ReviewRow>(`${select} where state = 'open' order by due_at`)
  return rows
}

/** An ended review stays as it ended. */
export async function endReview(
  db: Db,
  release: string,
  state: 'upheld' | 'objected',
  at: Date,
): Promise<void> {
  await db.query(
    `update reviews set state = $2, ended_at = $3 where release = $1 and state = 'open'`,
    [release, state, at],
  )
}
