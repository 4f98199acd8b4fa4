import { canonicalJson } from '../../contracts/canonical-json.ts'
import { type Card, type CardSubject, cardSchema } from '../../contracts/card.ts'
import type { Db } from './pool.ts'

export interface CardRow {
  readonly key: string
  readonly channel: string
  readonly kind: CardSubject['kind']
  readonly subject: string
  /** Which of the cards of its subject: of a release the digest of what it shows; others have one. */
  readonly version: string
  readonly card: Card
  readonly wanted: number
  readonly shown: number
  readonly reference: string | null
  readonly attemptedAt: Date | null
  readonly notBefore: Date | null
  readonly problem: string | null
  /** Evidence of the picture that the chat was given last, and the chat's name for it. */
  readonly picture: string | null
  readonly pictureReference: string | null
  readonly pictureAfter: Date | null
}

const select = `
  select key, channel, kind, subject, version, card, wanted, shown, reference,
    attempted_at as "attemptedAt", not_before as "notBefore", problem,
    picture, picture_reference as "pictureReference", picture_after as "pictureAfter"
  from cards`

/** The card as it should be shown; its revision counts up when it is another one than before. */
export async function wantCard(
  db: Db,
  place: Pick<CardRow, 'key' | 'channel' | 'version'>,
  card: Card,
): Promise<void> {
  const before = await findCard(db, place.key)
  if (before !== null && canonicalJson(before.card) === canonicalJson(card)) return
  await db.query(
    `insert into cards (key, channel, kind, subject, version, card, wanted, behind_since)
     values ($1, $2, $3, $4, $5, $6, 1, now())
     on conflict (key) do update set card = excluded.card, wanted = cards.wanted + 1,
       behind_since = coalesce(cards.behind_since, now())`,
    [
      ...[place.key, place.channel, card.subject.kind, card.subject.id, place.version],
      JSON.stringify(card),
    ],
  )
}

export async function findCard(db: Db, key: string): Promise<CardRow | null> {
  const { rows } = await db.query<CardRow>(`${select} where key = $1`, [key])
  return rows[0] === undefined ? null : parsed(rows[0])
}

/** Every card of a subject, of former versions too. */
export async function cardsOf(db: Db, { kind, id }: CardSubject): Promise<CardRow[]> {
  const { rows } = await db.query<CardRow>(
    `${select} where kind = $1 and subject = $2 order by key`,
    [kind, id],
  )
  return rows.map(parsed)
}

/** What is open, or has a card that is not what it should be or may still change. */
export async function subjectsWithCardsToLookAt(db: Db): Promise<CardSubject[]> {
  const { rows } = await db.query<CardSubject>(
    `select 'release' as kind, release as id from releases where ended_at is null
     union select 'incident', id from incidents where state = 'open'
     union select 'notice', id from notices where state = 'open'
     union select kind, subject from cards
     where shown < wanted or card->>'state' in ('waiting', 'promoting', 'open', 'acknowledged')
     order by kind desc, id`,
  )
  return rows
}

/** The cards of a model in a channel that are not what they should be for long. */
export interface BehindCards {
  readonly model: string
  readonly channel: string
  /** Of the oldest. */
  readonly since: Date
  readonly problem: string | null
}

/**
 * By model and channel, what has waited since before then. That this is told is no reason to tell it: cards of such
 * notices do not count, nor do those of drills, which tell it themselves.
 */
export async function cardsBehind(db: Db, before: Date): Promise<BehindCards[]> {
  const { rows } = await db.query<BehindCards>(
    `select distinct on (card->>'model', channel)
       card->>'model' as model, channel, behind_since as since, problem
     from cards
     where shown < wanted and behind_since < $1
       and kind <> 'drill' and not (kind = 'notice' and subject like '%/CARD_BEHIND/%')
     order by card->>'model', channel, behind_since`,
    [before],
  )
  return rows
}

/** Seconds since the oldest card of each channel is not what it should be; channels without one have none. */
export async function secondsBehind(db: Db): Promise<{ channel: string; seconds: number }[]> {
  const { rows } = await db.query<{ channel: string; seconds: number }>(
    `select channel, extract(epoch from now() - min(behind_since))::float8 as seconds
     from cards where shown < wanted group by channel`,
  )
  return rows
}

/** Says before posting that it is tried: if nobody hears how it went, the card is looked for first. */
export async function markAttempt(db: Db, key: string, at: Date): Promise<void> {
  await db.query('update cards set attempted_at = coalesce(attempted_at, $2) where key = $1', [
    key,
    at,
  ])
}

/** The chat shows this revision. */
export async function markShown(
  db: Db,
  key: string,
  shown: {
    reference: string | null
    revision: number
    at: Date
    /** What is not as it should be all the same. */
    problem?: string | null
    isPictured?: boolean
  },
): Promise<void> {
  await db.query(
    `update cards set reference = $2, shown = $3, shown_at = $4, attempted_at = null,
       not_before = null, problem = $5, picture_after = case when $6 then null else picture_after end,
       behind_since = case when wanted > $3 then behind_since end
     where key = $1`,
    [
      ...[key, shown.reference, shown.revision, shown.at],
      ...[shown.problem ?? null, shown.isPictured ?? false],
    ],
  )
}

/** The chat has this picture, or none could be given to it: then it is tried again after that time. */
export async function markPicture(
  db: Db,
  key: string,
  {
    picture,
    pictureReference,
    pictureAfter,
  }: Pick<CardRow, 'picture' | 'pictureReference' | 'pictureAfter'>,
): Promise<void> {
  await db.query(
    'update cards set picture = $2, picture_reference = $3, picture_after = $4 where key = $1',
    [key, picture, pictureReference, pictureAfter],
  )
}

/** The chat shows something else for now: the card is shown again whatever it is then. */
export async function disturbCard(db: Db, key: string): Promise<void> {
  await db.query(
    `update cards set wanted = wanted + 1, behind_since = coalesce(behind_since, now())
     where key = $1`,
    [key],
  )
}

/** The attempt came to nothing, or nobody knows what it came to: then `attemptedAt` stays. */
export async function markProblem(
  db: Db,
  key: string,
  found: Pick<CardRow, 'attemptedAt' | 'notBefore'> & { problem: string },
): Promise<void> {
  await db.query(
    'update cards set problem = $2, not_before = $3, attempted_at = $4 where key = $1',
    [key, found.problem, found.notBefore, found.attemptedAt],
  )
}

/** Somebody deleted it in the chat. */
export async function forgetReference(db: Db, key: string): Promise<void> {
  await db.query('update cards set reference = null, attempted_at = null where key = $1', [key])
}

const parsed = (row: CardRow): CardRow => ({ ...row, card: cardSchema.parse(row.card) })
