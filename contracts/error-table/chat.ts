import { type ErrorEntry, refused, unreachable } from './entry.ts'

/** Chat channels. */
export const chatErrors = {
  CHAT_UNREACHABLE: {
    ...unreachable,
    sentence:
      'the chat channel {channel} gave no answer that says what became of the card: {reason}',
    help: 'nothing to do unless it stays so; the card is repaired from the record',
  },
  CHAT_RATE_LIMITED: {
    ...unreachable,
    sentence: 'the chat channel {channel} takes nothing for another {seconds} s',
    help: 'nothing to do; the card is sent after that time',
  },
  CHAT_REFUSED: {
    ...refused,
    sentence: 'the chat channel {channel} refuses the card: {reason}',
    help: 'correct chat.{channel} in the configuration or the rights of the app, see docs/reference/chat; the request itself waits on its page',
  },
  CHAT_CARD_GONE: {
    ...refused,
    sentence: 'the card {card} is no longer in the chat channel {channel}',
    help: 'somebody deleted it; it is posted anew while the request is open',
  },
} as const satisfies Record<string, ErrorEntry>
