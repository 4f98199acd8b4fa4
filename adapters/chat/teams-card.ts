import { type Card, type CardAction, footOfCard, partsOfCard } from '../../contracts/card.ts'
import { verbLooks } from '../../contracts/chat-verbs.ts'

/** A message may hold 28 kB, markup and all; texts are cut so that what is left to show stays whole. */
const most = { headline: 300, part: 1_500, all: 9_000 } as const

const text = (said: string, more: object = {}) => ({
  type: 'TextBlock',
  text: plain(said),
  wrap: true,
  ...more,
})

/** What people wrote is text: Adaptive Cards read a part of Markdown in text blocks. */
const plain = (said: string): string =>
  said.replace(/[\ud800-\udbff]$/, '').replace(/[\\`*_[\]()#+\-!<>~]/g, '\\$&')

/**
 * A card as an Adaptive Card with Universal Actions. A button first shows what follows, or asks why, and only what is in
 * there is sent.
 * @see https://adaptivecards.io/explorer/
 */
export function adaptiveCard(card: Card, value?: (action: CardAction) => string): object {
  let left: number = most.all
  const cut = (said: string, length: number) => {
    const short = said.slice(0, Math.max(0, Math.min(length, left)))
    left -= short.length
    return short
  }
  const parts = partsOfCard(card).flatMap(({ title, sentences }) => {
    const said = cut(sentences.join('\n\n'), most.part)
    if (said === '') return []
    return [...(title ? [text(title, { weight: 'Bolder', spacing: 'Medium' })] : []), text(said)]
  })
  return {
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    type: 'AdaptiveCard',
    version: '1.4',
    fallbackText: card.headline.slice(0, most.headline),
    body: [
      text(card.headline.slice(0, most.headline), { size: 'Large', weight: 'Bolder' }),
      ...parts,
      text(footOfCard(card).slice(0, most.headline), { isSubtle: true, size: 'Small' }),
    ],
    actions: [
      ...(value ? card.actions.map((action) => showFirst(action, value(action))) : []),
      {
        type: 'Action.OpenUrl',
        title: card.anew ? 'Open the new request' : 'Open its page',
        url: card.anew ?? card.link,
      },
    ],
  }
}

function showFirst({ verb, confirm }: CardAction, value: string): object {
  const { button, reason, style } = verbLooks[verb]
  return {
    type: 'Action.ShowCard',
    title: button,
    ...(style && { style: style === 'danger' ? 'destructive' : 'positive' }),
    card: {
      type: 'AdaptiveCard',
      body: [
        ...(confirm ? [text(confirm)] : []),
        {
          type: 'Input.Text',
          id: 'reason',
          label: reason?.question ?? 'Reason (kept for good; may be left out)',
          isMultiline: true,
          maxLength: 2_000,
          ...(reason && { isRequired: true, errorMessage: 'A reason is needed.' }),
        },
      ],
      actions: [{ type: 'Action.Execute', title: reason?.title ?? button, verb, data: { value } }],
    },
  }
}
