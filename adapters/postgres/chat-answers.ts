import { accountName, type ChatAnswer, chatAnswerSchema } from '../../contracts/chat-answer.ts'
import type { Db } from './pool.ts'

export interface KeptAnswer {
  readonly id: string
  readonly answer: ChatAnswer
  /** Attempts to apply it, this one included. */
  readonly tries: number
}

/** Marks a delivery as heard; false when it was heard before. */
export async function hearDelivery(
  db: Db,
  delivery: { channel: string; deliveryId: string; at: Date },
): Promise<boolean> {
  const { rowCount } = await db.query(
    `insert into chat_deliveries (channel, delivery, received_at) values ($1, $2, $3)
     on conflict do nothing`,
    [delivery.channel, delivery.deliveryId, delivery.at],
  )
  return rowCount === 1
}

/**
 * Keeps an answer, taken by whoever keeps it until `leaseUntil`. Null when the same account already gave the same answer to
 * the same evidence and waits for what becomes of it.
 */
export async function keepAnswer(
  db: Db,
  answer: ChatAnswer,
  leaseUntil: Date,
): Promise<KeptAnswer | null> {
  const { rows } = await db.query<{ id: string }>(
    `insert into chat_answers (channel, account, verb, subject, digest, answer, received_at, tries,
       not_before)
     values ($1, $2, $3, $4, $5, $6, $7, 1, $8)
     on conflict (channel, account, verb, subject, digest) where answered_at is null do nothing
     returning id`,
    [
      answer.channel,
      accountName(answer.account),
      answer.verb,
      answer.subject,
      answer.digest,
      JSON.stringify(answer),
      answer.at,
      leaseUntil,
    ],
  )
  return rows[0] === undefined ? null : { id: rows[0].id, answer, tries: 1 }
}

/** Answers that wait and that nobody has taken, the oldest first, now taken until `leaseUntil`. */
export async function takeAnswers(
  db: Db,
  { now, leaseUntil, most }: { now: Date; leaseUntil: Date; most: number },
): Promise<KeptAnswer[]> {
  const { rows } = await db.query<{ id: string; answer: unknown; tries: number }>(
    `update chat_answers set not_before = $2, tries = tries + 1
     where id in (
       select id from chat_answers where answered_at is null and not_before <= $1
       order by id limit $3 for update skip locked)
     returning id, answer, tries`,
    [now, leaseUntil, most],
  )
  return rows
    .map((row) => ({ ...row, answer: chatAnswerSchema.parse(row.answer) }))
    .sort((one, other) => Number(one.id) - Number(other.id))
}

/** The attempt came to nothing; it is tried again after that time. */
export async function postponeAnswer(
  db: Db,
  id: string,
  found: { problem: string; notBefore: Date },
): Promise<void> {
  await db.query(
    'update chat_answers set problem = $2, not_before = $3 where id = $1 and answered_at is null',
    [id, found.problem, found.notBefore],
  )
}

/** What the person was told; the answer waits no more. */
export async function answered(
  db: Db,
  id: string,
  what: { told: string; at: Date },
): Promise<void> {
  await db.query(
    `update chat_answers set told = $2, answered_at = $3, problem = null
     where id = $1 and answered_at is null`,
    [id, what.told, what.at],
  )
}

/**
 * Removes at most so many memories of deliveries before `before`, and none while a request is open that is older: what
 * was heard of it must count once. Returns how many; 0: there are no more.
 */
export async function forgetDeliveries(db: Db, before: Date, most: number): Promise<number> {
  const { rowCount } = await db.query(
    `delete from chat_deliveries where (channel, delivery) in (
       select channel, delivery from chat_deliveries
       where received_at < least($1::timestamptz,
         (select min(opened_at) from releases where ended_at is null))
       limit $2 for update skip locked)`,
    [before, most],
  )
  return rowCount ?? 0
}

/**
 * Removes at most so many answers that were applied before `before`, and none about what is open itself. What was decided
 * is in the chain of decisions, with the account and the channel that it came by. Returns how many; 0: there are no more.
 */
export async function forgetAnswers(db: Db, before: Date, most: number): Promise<number> {
  const { rowCount } = await db.query(
    `delete from chat_answers where id in (
       select id from chat_answers a where answered_at < $1
         and not exists (select from releases r where r.release = a.subject and r.ended_at is null)
         and not exists (select from incidents i where i.id = a.subject and i.state = 'open')
         and not exists (select from notices n where n.id = a.subject and n.state = 'open')
       order by id limit $2 for update skip locked)`,
    [before, most],
  )
  return rowCount ?? 0
}

/** How long the oldest answer of each channel has waited, seconds. */
export async function answersWaiting(
  db: Db,
  now: Date,
): Promise<{ channel: string; seconds: number }[]> {
  const { rows } = await db.query<{ channel: string; at: Date }>(
    `select channel, min(received_at) as at from chat_answers where answered_at is null
     group by channel order by channel`,
  )
  return rows.map(({ channel, at }) => ({
    channel,
    seconds: Math.max(0, (now.getTime() - at.getTime()) / 1_000),
  }))
}
