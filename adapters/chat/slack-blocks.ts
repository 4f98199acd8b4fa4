import type { KnownBlock, PlainTextElement } from '@slack/web-api'
import type { Card } from '../../contracts/card.ts'

/** @see https://docs.slack.dev/reference/block-kit/blocks */
const most = { header: 150, section: 3_000, context: 2_000, text: 4_000 } as const

/** A card as Block Kit, in the order: header, why, how good, how risky, what came of it, who and until when, link. */
export const blocksOf = (card: Card): KnownBlock[] => [
  { type: 'header', text: plain(card.headline, most.header) },
  ...part(null, card.why),
  ...part('How good', card.good),
  ...part('How risky', card.risk),
  ...part('Answers', card.answers),
  ...part('If nobody acts', card.ifNobody ? [card.ifNobody] : []),
  { type: 'context', elements: [plain(footOf(card), most.context)] },
  {
    type: 'actions',
    block_id: 'driftgate',
    elements: [
      {
        type: 'button',
        action_id: 'open',
        text: plain(card.anew ? 'Open the new request' : 'Open the evidence', 75),
        url: card.anew ?? card.link,
      },
    ],
  },
]

/** What notifications and screen readers get. */
export const textOf = ({ headline }: Card): string =>
  cut(headline.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;'), most.text)

function part(title: string | null, sentences: readonly string[]): KnownBlock[] {
  if (sentences.length === 0) return []
  const text = [...(title ? [title.toUpperCase()] : []), ...sentences].join('\n')
  return [{ type: 'section', text: plain(text, most.section) }]
}

const footOf = ({ who, environment, release, evidenceDigest }: Card): string =>
  [
    ...(who ? [who] : []),
    environment,
    `release ${release}`,
    `evidence ${evidenceDigest.replace(/^sha256:/, '').slice(0, 12)}`,
  ].join(' · ')

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
