import { type Card, footOfCard, partsOfCard } from '../../contracts/card.ts'
import { type ChatVerb, verbLooks } from '../../contracts/chat-verbs.ts'
import type { Posting } from './chat-channel.ts'
import { typedCode } from './matrix-code.ts'

/** Key of what a card says to programs, beside the text. */
export const cardField = 'io.driftgate.card'

/**
 * A whole event may take 65,536 bytes; the rest is for what the server adds. A character takes up to six bytes of JSON or
 * of HTML.
 * @see https://spec.matrix.org/v1.16/client-server-api/#size-limits
 */
const mostBytes = 60_000
const mostHeadline = 300
/** Characters of one part: the first that fits. */
const mostOfPart = [1_000, 500, 250] as const

/** What stands for a verb where people react; those that need a reason are typed. */
export const reactionOf: Readonly<Partial<Record<ChatVerb, string>>> = {
  ...{ approve: '✅', reject: '❌', acknowledge: '👀' },
}

/**
 * A card as the content of a message: plain, as HTML, and for programs.
 * @param answered whether answers are taken where it is shown: then it says how to give them.
 */
export function contentOf(posting: Posting, answered: boolean) {
  const { card } = posting
  const shown = { ...posting, card: { ...card, actions: answered ? card.actions : [] } }
  const [first, ...others] = mostOfPart.map((most) => () => contentWith(shown, most))
  let content = (first as () => ReturnType<typeof contentWith>)()
  for (const shorter of others) {
    if (Buffer.byteLength(JSON.stringify(content)) <= mostBytes) break
    content = shorter()
  }
  return content
}

/** The same message with another text. A client that knows no edits sees the headline. */
export const editOf = (event: string, posting: Posting, answered: boolean) => ({
  msgtype: 'm.text',
  body: `* ${cut(posting.card.headline, mostHeadline)}`,
  'm.mentions': {},
  'm.new_content': contentOf(posting, answered),
  'm.relates_to': { rel_type: 'm.replace', event_id: event },
})

function contentWith({ card, key, revision }: Posting, most: number) {
  const headline = cut(card.headline, mostHeadline)
  const parts = partsOf(card).map(({ title, sentences }) => ({
    title,
    text: cut(sentences.join('\n'), most),
  }))
  const link = card.anew ?? card.link
  return {
    msgtype: 'm.text',
    format: 'org.matrix.custom.html',
    body: [
      headline,
      ...parts.map(({ title, text }) => (title ? `${title}\n${text}` : text)),
      link,
    ].join('\n\n'),
    formatted_body: [
      `<p><strong>${escaped(headline)}</strong></p>`,
      ...parts.map(({ title, text }) => {
        const html = escaped(text).replaceAll('\n', '<br>')
        return `<p>${title ? `<strong>${title}</strong><br>` : ''}${html}</p>`
      }),
      `<p><a href="${escaped(link)}">${linkText(card)}</a></p>`,
    ].join(''),
    // Names in what a log or a person wrote call nobody.
    'm.mentions': {},
    [cardField]: {
      ...{ key, revision },
      ...{ kind: card.subject.kind, subject: card.subject.id },
      ...{ state: card.state, digest: card.evidenceDigest, code: codeOf(card) },
      verbs: card.actions.map(({ verb }) => verb),
    },
  }
}

const partsOf = (card: Card) => [
  ...partsOfCard(card),
  ...(card.actions.length > 0
    ? [{ title: 'To answer', sentences: card.actions.map((action) => howTo(card, action)) }]
    : []),
  { title: null, sentences: [footOfCard(card)] },
]

/** "✅ or "approve 4f1d0c7a"", and what follows. */
function howTo(card: Card, { verb, confirm }: Card['actions'][number]): string {
  const typed = `"${verb} ${codeOf(card)}${verbLooks[verb].reason ? ' reason' : ''}"`
  const either = [reactionOf[verb], typed].filter((way) => way !== undefined).join(' or ')
  return confirm ? `${either}: ${confirm}` : either
}

const codeOf = ({ subject, evidenceDigest }: Card): string =>
  typedCode({ kind: subject.kind, subject: subject.id, digest: evidenceDigest }).slice(0, 8)

const linkText = ({ anew, subject }: Card): string =>
  anew ? 'Open the new request' : subject.kind === 'release' ? 'Open the evidence' : 'Open its page'

const entities: Readonly<Record<string, string>> = {
  ...{ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' },
}

/** What a log or a person wrote is text, never a link, a format or a picture. */
export const escaped = (text: string): string =>
  text.replace(/[&<>"]/g, (each) => entities[each] ?? '')

/** No half of a character stays at the end, and nothing that only controls. */
export function cut(text: string, length: number): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is taken out
  const clean = text.replace(/[\u0000-\u0009\u000b-\u001f\u007f]/g, ' ')
  if (clean.length <= length) return clean
  return `${clean.slice(0, length - 1).replace(/[\ud800-\udbff]$/, '')}…`
}
