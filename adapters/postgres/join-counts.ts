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

/** Halves that came before, among those that are there first at joins in (after, upTo]. */
export async function repeatedBetween(
  db: Db,
  reading: string,
  after: number,
  upTo: number,
): Promise<number> {
  const { rows } = await db.query<{ repeated: string }>(
    `select coalesce(sum(repeated), 0) as repeated
     from join_counts where reading = $1 and number > $2 and number <= $3`,
    [reading, after, upTo],
  )
  return Number(rows[0]?.repeated)
}
