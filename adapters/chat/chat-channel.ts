import type { Card } from '../../contracts/card.ts'
import type { Secret } from '../../contracts/secret.ts'

/**
 * Where cards are shown. A card is a view: the record is in PostgreSQL, and every card can be shown again
 * from it. An entry is one file next to this one and one line in `index.ts`.
 *
 * What every entry promises:
 * - `post` under a key that was tried before never makes a second card: the entry finds the first, or
 *   its receiver is told the same event id again; where neither is possible it says so (`findsAgain`).
 * - `update` shows exactly the card it is given, whatever was shown before: of two, the last one sent
 *   stays. Whoever calls sends one at a time and revisions in order.
 * - A card that is longer than the product allows is cut, never refused; the link to the page stays.
 * - "Failed" is told from "unknown": CHAT_REFUSED, CHAT_RATE_LIMITED (with `seconds`) and CHAT_CARD_GONE mean that
 *   nothing was shown; after CHAT_UNREACHABLE nobody knows, so the same is sent again.
 * - A picture that was given by `upload` is shown with its words; without one there is a link to it.
 * - No call takes longer than `chatTimeoutMs`, and no error holds a secret.
 */
export interface ChatChannel {
  /** As in `chat.<name>.kind` of the configuration. */
  readonly kind: string
  /** Where the product answers, for messages. */
  readonly address: string
  /** @returns a reference to the card, by which it is updated. */
  post(posting: Posting): Promise<string>
  update(reference: string, posting: Posting): Promise<void>
  /**
   * False: the product does not let us look for a card whose posting was never answered; it is posted again, and may be
   * there twice, each bound to the same evidence.
   */
  readonly findsAgain?: boolean
  /** False: what was shown stays as it is, and every update is something more to read. */
  readonly edits?: boolean
  /**
   * Gives the product a picture before a card shows it; absent: this product shows none, only a link to it.
   * @returns a reference to the picture.
   */
  upload?(picture: ChatPicture): Promise<string>
  /** Address of a card that people can open; null where there is none. */
  linkTo(reference: string): Promise<string | null>
  /**
   * Says something beside a card that is there, as in its thread; absent: the product has no such place. Said twice
   * where nobody heard that it was said once.
   */
  remind?(reference: string, text: string): Promise<void>
  /** Reaches the product without showing anything; what it found, for `driftgate check`. */
  probe(): Promise<string>
}

export interface ChatPicture {
  /** PNG. */
  readonly png: Uint8Array
  /** What it shows in words, with numbers. */
  readonly alt: string
  /** Of the file, with its ending. */
  readonly name: string
}

export interface Posting {
  readonly card: Card
  /** Names the card across attempts. */
  readonly key: string
  /** By which the product knows the picture of the card, from `upload`; absent: it has none. */
  readonly picture?: string
  /** Counts up with every change of the card, from 1. */
  readonly revision: number
  /** When it was first tried to post this card and nobody knows what came of it; null: this is the first try. */
  readonly attemptedAt: Date | null
}

export const chatTimeoutMs = 10_000

/** Reads a secret each time it is needed, so that a rotated one is used at once. */
export type ReadSecret = (secret: Secret, name: string) => string
