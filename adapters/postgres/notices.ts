import { type Notice, noticeSchema } from '../../contracts/notice.ts'
import type { Db } from './pool.ts'

/** The notice as it is now, whatever was there before; whether that is something else. */
export async function upsertNotice(db: Db, notice: Notice): Promise<boolean> {
  const { id, model, cause, state, openedAt, resolvedAt } = notice
  const { rowCount } = await db.query(
    `insert into notices (id, model, cause, state, opened_at, resolved_at, notice)
     values ($1, $2, $3, $4, $5, $6, $7)
     on conflict (id) do update
     set state = excluded.state, resolved_at = excluded.resolved_at, notice = excluded.notice
     where notices.notice is distinct from excluded.notice`,
    [id, model, cause, state, openedAt, resolvedAt, JSON.stringify(notice)],
  )
  return rowCount === 1
}

/** Open ones first, then the newest. */
export async function listNotices(db: Db, model: string, limit = 50): Promise<Notice[]> {
  const { rows } = await db.query<{ notice: unknown }>(
    `select notice from notices where model = $1
     order by state = 'open' desc, opened_at desc, id limit $2`,
    [model, limit],
  )
  return rows.map(({ notice }) => noticeSchema.parse(notice))
}

/** The open ones of every model, the newest first. */
export async function openNotices(db: Db): Promise<Notice[]> {
  const { rows } = await db.query<{ notice: unknown }>(
    "select notice from notices where state = 'open' order by opened_at desc, id limit 200",
  )
  return rows.map(({ notice }) => noticeSchema.parse(notice))
}

export async function findNotice(db: Db, id: string): Promise<Notice | null> {
  const { rows } = await db.query<{ notice: unknown }>('select notice from notices where id = $1', [
    id,
  ])
  return rows[0] === undefined ? null : noticeSchema.parse(rows[0].notice)
}
