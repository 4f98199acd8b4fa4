import type { UnmatchedHalves } from '../../contracts/unmatched-halves.ts'
import type { Db } from './pool.ts'

/** Halves of a window without their other half, by the joins up to a number, of halves whose event time is in [start, end). */
export async function unmatchedIn(
  db: Db,
  reading: string,
  { start, end }: { readonly start: Date; readonly end: Date },
  joins: number,
): Promise<UnmatchedHalves> {
  const { rows } = await db.query<
    Record<'requests' | 'responses' | 'allRequests' | 'allResponses', string>
  >(
    `select coalesce(sum(requests - matched_requests), 0) as requests,
            coalesce(sum(responses - matched_responses), 0) as responses,
            coalesce(sum(requests), 0) as "allRequests", coalesce(sum(responses), 0) as "allResponses"
     from join_counts where reading = $1 and number <= $2 and bucket >= $3 and bucket < $4`,
    [reading, joins, start, end],
  )
  const [requests, responses] = [Number(rows[0]?.requests), Number(rows[0]?.responses)]
  const share = Math.max(
    requests / Math.max(1, Number(rows[0]?.allRequests)),
    responses / Math.max(1, Number(rows[0]?.allResponses)),
  )
  return { requests, responses, share }
}

/** Of what joins in (after, upTo] saw first. */
export interface Repeated {
  /** Came before. */
  readonly repeated: number
  /** Whole predictions whose id another content had before. */
  readonly differing: number
}

/** `upTo` null: all of them. */
export async function repeatedBetween(
  db: Db,
  reading: string,
  after: number,
  upTo: number | null,
): Promise<Repeated> {
  const { rows } = await db.query<Record<keyof Repeated, string>>(
    `select coalesce(sum(repeated), 0) as repeated, coalesce(sum(differing), 0) as differing
     from join_counts where reading = $1 and number > $2 and ($3::bigint is null or number <= $3)`,
    [reading, after, upTo],
  )
  return { repeated: Number(rows[0]?.repeated), differing: Number(rows[0]?.differing) }
}
