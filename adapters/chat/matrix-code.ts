import { createHash } from 'node:crypto'
import type { CardSubject } from '../../contracts/card.ts'

/**
 * What is typed to answer a card, of which a card shows as many digits as nobody mistakes. Of a request it is the digest of
 * its evidence, which an answer is bound to; an incident goes on under new evidence, and a notice has none.
 */
export const typedCode = (card: {
  readonly kind: CardSubject['kind']
  readonly subject: string
  readonly digest: string | null
}): string =>
  card.kind === 'release'
    ? (card.digest ?? '').replace(/^sha256:/, '')
    : createHash('sha256').update(card.subject).digest('hex')
