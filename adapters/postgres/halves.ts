import type { Half } from '../../contracts/prediction.ts'
import type { Db } from './pool.ts'

/** A request or a response of a slice, or of a repair of one. */
export interface LoggedHalf {
  readonly offset: bigint
  /** Its place in a record that holds several. */
  readonly place: number
  readonly half: Half
  readonly id: string
  /** Event time, milliseconds since 1970. */
  readonly timeMs: number
  readonly version: string
  readonly values: string
}

/** Of one statement. */
const mostAtOnce = 10_000

/** `repair` 0: of a slice. */
export async function insertHalves(
  db: Db,
  place: { readonly reading: string; readonly partition: number; readonly repair: number },
  halves: readonly LoggedHalf[],
): Promise<void> {
  for (let from = 0; from < halves.length; from += mostAtOnce) {
    const some = halves.slice(from, from + mostAtOnce)
    await db.query(
      `insert into halves (reading, partition, repair, "offset", place, request, id, at_ms, version, "values")
       select $1, $2, $3, * from unnest(
         $4::bigint[], $5::int[], $6::boolean[], $7::text[], $8::bigint[], $9::text[], $10::text[])`,
      [
        ...[place.reading, place.partition, place.repair],
        some.map(({ offset }) => String(offset)),
        some.map((half) => half.place),
        some.map(({ half }) => half === 'request'),
        some.map(({ id }) => JSON.stringify(id)),
        some.map(({ timeMs }) => timeMs),
        some.map(({ version }) => version),
        some.map(({ values }) => values),
      ],
    )
  }
}
