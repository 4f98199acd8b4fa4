import type { Button, KnownBlock, PlainTextElement } from '@slack/web-api'
import {
  type Card,
  type CardAction,
  type CardPart,
  footOfCard,
  partsOfCard,
} from '../../contracts/card.ts'
import { verbLooks } from '../../contracts/chat-verbs.ts'

/** @see https://docs.slack.dev/reference/block-kit/blocks */
const most = { header: 150, section: 3_000, context: 2_000, text: 4_000, alt: 2_000 } as const

/** What a button carries. */
export type ButtonValue = (action: CardAction) => string

export interface BlockParts {
  /** Absent: this chat takes no answers, and the link leads to where they are given. */
  readonly value?: ButtonValue | undefined
  /** Of the uploaded file; absent: the card has no picture here. */
  readonly picture?: string | undefined
}

/** A card as Block Kit: header, its parts, its picture, who and until when, buttons, link. */
export const blocksOf = (card: Card, { value, picture }: BlockParts = {}): KnownBlock[] => [
  { type: 'header', text: plain(card.headline, most.header) },
  ...partsOfCard(card).map(sectionOf),
  ...pictureOf(card, picture),
  { type: 'context', elements: [plain(footOfCard(card), most.context)] },
  {
    type: 'actions',
    block_id: cut(`driftgate ${card.subject.kind} ${card.subject.id} ${card.evidenceDigest}`, 255),
    elements: [
      ...(value ? card.actions.map((action) => buttonOf(action, value(action))) : []),
      {
        type: 'button',
        action_id: 'open',
        text: plain(linkText(card), 75),
        url: card.anew ?? card.link,
      },
    ],
  },
]

/** The action is the verb, the same on every card; what it is about is in the value. */
function buttonOf({ verb, confirm }: CardAction, value: string): Button {
  const { button, style } = verbLooks[verb]
  return {
    type: 'button',
    action_id: verb,
    text: plain(button, 75),
    value,
    ...(style && { style }),
    ...(confirm && {
      confirm: {
        title: plain(`${button}?`, 100),
        text: plain(confirm, 300),
        confirm: plain(button, 30),
        deny: plain('Not now', 30),
      },
    }),
  }
}

/** What notifications and screen readers get. */
export const textOf = ({ headline }: Card): string => cut(escapeSlack(headline), most.text)

/** Text that is nothing but text where Slack reads its own marks. */
export const escapeSlack = (text: string): string =>
  text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;')

const sectionOf = ({ title, sentences }: CardPart): KnownBlock => {
  const text = [...(title ? [title.toUpperCase()] : []), ...sentences].join('\n')
  return { type: 'section', text: plain(text, most.section) }
}

/** An uploaded file: the picture itself is behind the sign-in, where Slack cannot fetch it. */
const pictureOf = (card: Card, file: string | undefined): KnownBlock[] =>
  card.picture && file
    ? [{ type: 'image', slack_file: { id: file }, alt_text: cut(card.picture.alt, most.alt) }]
    : []

const linkText = ({ anew, subject }: Card): string =>
  anew ? 'Open the new request' : subject.kind === 'release' ? 'Open the evidence' : 'Open its page'

/** What a log or a person wrote is text, never a link, a mention, a format or a picture. */
const plain = (text: string, length: number): PlainTextElement => ({
  type: 'plain_text',
  text: cut(text, length),
  emoji: false,
})

/** No half of a character or of an entity stays at the end. */
const cut = (text: string, length: number): string =>
  text.length <= length
    ? text
    : `${text
        .slice(0, length - 1)
        .replace(/&[a-z]{0,4}$/, '')
        .replace(/[\ud800-\udbff]$/, '')}…`
