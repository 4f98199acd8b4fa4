import type { VerdictName } from '../../contracts/report.ts'
import type { TracedPrediction, TracedWindow } from '../../contracts/trace.ts'
import type { Db } from './pool.ts'

/** Rows that are told of one id. */
const mostRows = 100

interface Row {
  reading: string
  topic: string
  at: Date
  read_at: Date
  partition: number
  offset: string
  digest: string | null
  answer_partition: number | null
  request_partition: number | null
  request_offset: string | null
  request_digest: string | null
  repair: number
  version: string
  score: number | null
  prediction: string | null
  segments: string[] | null
  windows: (Omit<TracedWindow, 'again'> & { again: VerdictName[] | null })[] | null
}

/** Whether what brought the row lies below a cut of a window `c`, was there before it was backfilled, and is no later repair. */
const liesIn = (cut: string, repairs: string) =>
  `(coalesce(s.to_offset, j.number) <= coalesce((${cut} ->> p.partition::text)::bigint, -1)
    and p.from_offset >= coalesce((c.began ->> p.partition::text)::bigint, p.from_offset)
    and p.repair <= ${repairs})`

/** What is kept of a model's predictions under an id (as it is stored), with the windows that they fall into. */
export async function tracedPredictions(
  db: Db,
  model: string,
  id: string,
): Promise<Omit<TracedPrediction, 'input' | 'inputAbsent'>[]> {
  const { rows } = await db.query<Row>(
    `select r.id as reading, r.topic, p.at, p.partition, p."offset", encode(p.digest, 'hex') as digest,
            p.answer_partition, p.request_partition, p.request_offset,
            encode(p.request_digest, 'hex') as request_digest,
            p.repair, p.version, p.score, p.prediction, p.segments,
            coalesce(f.committed_at, s.committed_at, j.joined_at) as read_at, w.windows
     from predictions p
     join readings r on r.number = p.reading and r.model = $1
     left join ledger_slices s on s.reading = r.id and s.partition = p.partition and s.from_offset = p.from_offset
     left join ledger_repairs f on f.reading = r.id and f.number = p.repair
     left join joins j on j.reading = r.id and p.partition = -1 and j.number = p.from_offset + 1
     cross join lateral (
       select json_agg(json_build_object(
                'start', c.window_start, 'end', c.window_end, 'verdict', v.verdict,
                'headline', v.report ->> 'headline',
                'counted', ${liesIn('c.cut', 'c.repairs')},
                'again', (select json_agg(l.report ->> 'verdict' order by l.judged_at)
                          from second_looks l
                          where l.model = c.model and l.window_start = c.window_start and l.reading = r.id
                            and ${liesIn('l.cut', 'l.repairs')}))
              order by c.window_start) as windows
       from cuts c left join verdicts v using (model, window_start)
       where c.model = $1 and c.window_start <= p.at and c.window_end > p.at and c.reading = r.id) w
     where p.id = $2
     order by p.at, r.created_at, p.partition, p."offset" limit ${mostRows}`,
    [model, id],
  )
  return rows.map((row) => ({
    ...{ reading: row.reading, topic: row.topic },
    record: {
      partition: row.answer_partition ?? row.partition,
      ...{ offset: row.offset, digest: row.digest },
    },
    request:
      row.request_partition === null || row.request_offset === null
        ? null
        : {
            ...{ partition: row.request_partition, offset: row.request_offset },
            digest: row.request_digest,
          },
    ...{ at: row.at.toISOString(), readAt: row.read_at.toISOString() },
    repair: row.repair === 0 ? null : row.repair,
    ...{ version: row.version, score: row.score, prediction: row.prediction },
    segments: row.segments ?? [],
    windows: (row.windows ?? []).map(({ start, end, again, ...window }) => ({
      ...{ start: new Date(start).toISOString(), end: new Date(end).toISOString() },
      ...window,
      again: again ?? [],
    })),
  }))
}
