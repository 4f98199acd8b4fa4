import { createHash } from 'node:crypto'
import type { Db } from '../../adapters/postgres/pool.ts'

export interface FoundPrediction {
  readonly id: string
  readonly at: Date
  readonly version: string
  readonly score: number | null
  readonly prediction: string | null
  readonly segments: string[] | null
  readonly partition: number
  readonly offset: number
  readonly repair: number
  readonly digest: string | null
  readonly request: string | null
}

/** Every row of a prediction, by its id. */
export async function predictionsIn(db: Db): Promise<FoundPrediction[]> {
  const { rows } = await db.query<FoundPrediction>(
    `select id, at, version, score, prediction, segments, partition, "offset"::int, repair,
            encode(digest, 'hex') as digest,
            answer_partition || ' ' || request_partition || '/' || request_offset || ' '
              || encode(request_digest, 'hex') as request
     from predictions order by id collate "C", partition, "offset"`,
  )
  return rows
}

/** SHA-256 as rows keep it. */
export const cutDigest = (value: string | Buffer): string =>
  createHash('sha256').update(value).digest('hex').slice(0, 32)
