import type { KnownBlock, PlainTextElement } from '@slack/web-api'
import { type Card, type CardPart, footOfCard, partsOfCard } from '../../contracts/card.ts'

/** @see https://docs.slack.dev/reference/block-kit/blocks */
const most = { header: 150, section: 3_000, context: 2_000, text: 4_000 } as const

/** A card as Block Kit: header, its parts, who and until when, link. */
export const blocksOf = (card: Card): KnownBlock[] => [
  { type: 'header', text: plain(card.headline, most.header) },
  ...partsOfCard(card).map(sectionOf),
  { type: 'context', elements: [plain(footOfCard(card), most.context)] },
  {
    type: 'actions',
    block_id: 'driftgate',
    elements: [
      {
        type: 'button',
        action_id: 'open',
        text: plain(linkText(card), 75),
        url: card.anew ?? card.link,
      },
    ],
  },
]

/** What notifications and screen readers get. */
export const textOf = ({ headline }: Card): string =>
  cut(headline.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;'), most.text)

const sectionOf = ({ title, sentences }: CardPart): KnownBlock => {
  const text = [...(title ? [title.toUpperCase()] : []), ...sentences].join('\n')
  return { type: 'section', text: plain(text, most.section) }
}

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
