import { z } from 'zod'
import { chatVerb } from './chat-verbs.ts'
import { releaseState } from './release.ts'

/** The record that a card is a view of. */
export const cardSubjectSchema = z.object({
  kind: z.enum(['release', 'incident', 'notice', 'drill']),
  id: z.string(),
})
export type CardSubject = z.infer<typeof cardSubjectSchema>

/** Of an incident and of a notice. */
export const concernState = z.enum(['open', 'acknowledged', 'resolved'])

/** `stale`: it shows evidence that is not asked about any more, and another card does. */
export const cardState = z.enum([...releaseState.options, 'stale', ...concernState.options])
export type CardState = z.infer<typeof cardState>

/** What people see of a request, an incident or a notice, in whatever chat: a view of the record, the same for every channel. */
export const cardSchema = z.object({
  schema: z.literal('driftgate-card/1'),
  subject: cardSubjectSchema,
  environment: z.string(),
  model: z.string(),
  state: cardState,
  /** One line that says it all: for notifications and screen readers. */
  headline: z.string(),
  /** Sentences; a part that has none is left out. */
  why: z.array(z.string()),
  good: z.array(z.string()),
  sure: z.array(z.string()).default([]),
  risk: z.array(z.string()),
  next: z.array(z.string()).default([]),
  /** What happens without an answer; null: nothing is asked any more. */
  ifNobody: z.string().nullable(),
  /** Who may answer, or whom it is for; null: nobody any more. */
  who: z.string().nullable(),
  /** Until when an answer is waited for, ISO 8601; null: for none. */
  until: z.string().nullable(),
  /** What came of it so far: who, when, why. */
  answers: z.array(z.string()),
  /** Of what the card shows; an answer to a request is bound to exactly this. Null: of no evidence. */
  evidenceDigest: z.string().nullable(),
  /** Its page. */
  link: z.string(),
  /** What can be pressed on it, where the chat takes answers; empty: nothing is asked any more. */
  actions: z
    .array(
      z.object({
        verb: chatVerb,
        /** What it is about: `<model>/<n>` of a release. */
        subject: z.string(),
        /** Of what is shown; the answer is bound to exactly this. */
        digest: z.string(),
        /** What follows at once, asked before it counts; null: nothing is asked. */
        confirm: z.string().nullable(),
      }),
    )
    .default([]),
  /** Of its evidence: what it shows in words, with numbers, and where it can be seen after signing in. Null: there is none. */
  picture: z.object({ alt: z.string(), link: z.string() }).nullable().default(null),
  /** Of a stale card: where the request is asked anew. */
  anew: z.string().nullable(),
})
export type Card = z.infer<typeof cardSchema>
export type CardAction = Card['actions'][number]

const changing: readonly CardState[] = ['waiting', 'promoting', 'open', 'acknowledged']

/** A card in one of these states changes no more. */
export const isFinal = (state: CardState): boolean => !changing.includes(state)

export interface CardPart {
  /** Null: it needs none. */
  readonly title: string | null
  readonly sentences: readonly string[]
}

/** What a card says between its headline and its foot, in the order and under the titles of every chat. */
export const partsOfCard = (card: Card): CardPart[] =>
  [
    { title: null, sentences: card.why },
    { title: 'How good', sentences: card.good },
    { title: 'How sure', sentences: card.sure },
    { title: 'How risky', sentences: card.risk },
    { title: 'What happens next', sentences: card.next },
    { title: 'Answers', sentences: card.answers },
    { title: 'If nobody acts', sentences: card.ifNobody ? [card.ifNobody] : [] },
  ].filter(({ sentences }) => sentences.length > 0)

/** What a card says in its last line: for whom, where, which record. */
export const footOfCard = ({ who, environment, subject, evidenceDigest }: Card): string =>
  [
    ...(who ? [who] : []),
    environment,
    `${subject.kind} ${subject.id}`,
    ...(evidenceDigest ? [`evidence ${evidenceDigest.replace(/^sha256:/, '').slice(0, 12)}`] : []),
  ].join(' · ')
