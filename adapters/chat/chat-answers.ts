import type { ChatAccount, ChatAnswer } from '../../contracts/chat-answer.ts'

/**
 * What comes back from a chat. An entry verifies and reads; who a person is and what they may is nobody's business
 * here.
 *
 * What every entry promises:
 * - Nothing is believed before it is verified, over the bytes as they came and in constant time: a wrong or missing
 *   signature, or one more than five minutes off to either side, is CHAT_SIGNATURE_INVALID; another workspace or app
 *   than the configured one CHAT_WORKSPACE_FOREIGN; what is verified and still not readable CHAT_DELIVERY_INVALID.
 * - The same delivery has the same `deliveryId` however often it comes. That it counts once is the caller's.
 * - What is not an answer (a page was opened, a form was asked for) is heard with no answers.
 */
export interface ChatAnswers {
  readonly kind: string
  /**
   * Whether the product itself sends a delivery again that it had no acknowledgement for. If not, one that comes again
   * was copied.
   */
  readonly redelivers: boolean
  /** Verifies and reads what came by HTTP. */
  read(delivery: Delivery): Promise<Heard>
  /** Tells this person alone. Errors as those of a channel. */
  tell(to: Pick<ChatAnswer, 'account' | 'place'>, reply: ChatReply): Promise<void>
  /** Where answers come over a connection that we open: hears them until it is closed. */
  listen?(listener: Listener): { close(): Promise<void> }
}

/** One HTTP request to `/chat/<kind>/<name>`. */
export interface Delivery {
  readonly method: string
  /** What follows the name of the channel, without a slash in front; mostly empty. */
  readonly path: string
  readonly query: Readonly<Record<string, unknown>>
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: Buffer
  /** Milliseconds since 1970. */
  readonly atMs: number
}

/** What one delivery says. */
export interface Heard {
  readonly deliveryId: string
  readonly answers: readonly ChatAnswer[]
  /** What the product is answered once the answers are kept: JSON, or nothing. */
  readonly acknowledgement: object | null
  /** What the product wants done next, such as opening a form; runs after the acknowledgement. */
  readonly next?: () => Promise<void>
}

export interface Listener {
  /** Milliseconds since 1970. */
  readonly clock: () => number
  /** Resolves once what was heard is kept; only then it is acknowledged. */
  readonly hear: (heard: Heard) => Promise<void>
  readonly onProblem: (error: unknown) => void
}

export interface ChatReply {
  readonly text: string
  readonly link?: { readonly url: string; readonly title: string }
  /** False: what was pressed did nothing, and may be pressed again. */
  readonly counted?: boolean
}

/** How far the clock of a product may be from ours, milliseconds. */
export const clockToleranceMs = 300_000

/** A header that came once; empty otherwise. */
export const headerOf = ({ headers }: Pick<Delivery, 'headers'>, name: string): string => {
  const value = headers[name]
  return typeof value === 'string' ? value : ''
}

/** The same account however it is called now. */
export const sameAccount = (one: ChatAccount, other: ChatAccount): boolean =>
  one.kind === other.kind && one.workspace === other.workspace && one.user === other.user
