import { type ErrorEntry, invalid, refused, unreachable } from './entry.ts'

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
  CHAT_CHANNEL_UNKNOWN: {
    ...invalid,
    status: 404,
    sentence: 'no channel {channel} of that kind takes answers',
    help: 'see chat in the configuration; docs/reference/chat tells which kinds take answers and how',
  },
  CHAT_SIGNATURE_INVALID: {
    ...invalid,
    status: 401,
    sentence: 'what came for the chat channel {channel} is not from its product: {reason}',
    help: 'check the signing secret of chat.{channel}, and the clock of this machine',
  },
  CHAT_WORKSPACE_FOREIGN: {
    ...refused,
    status: 403,
    sentence: 'what came for the chat channel {channel} is from another {what} ({given})',
    help: 'correct chat.{channel} in the configuration if that is the right one',
  },
  CHAT_DELIVERY_INVALID: {
    ...invalid,
    sentence: 'what came for the chat channel {channel} cannot be read: {reason}',
    help: 'answer on the page of the release; a card that is sent again has buttons that are good',
  },
  CHAT_DELIVERY_REPEATED: {
    ...refused,
    sentence: 'what came for the chat channel {channel} has come before',
    help: 'nothing to do: it counted the first time',
  },
  CHAT_LINK_INVALID: {
    ...refused,
    status: 403,
    sentence: 'the link is too old, was used before, or is not one of ours',
    help: 'press a button in the chat again to be told a new one',
  },
  CHAT_ACCOUNT_TAKEN: {
    ...refused,
    sentence: 'the account {account} is linked to {person} already',
    help: 'that person can unlink it at /chat/accounts',
  },
  GROUPS_UNREACHABLE: {
    ...unreachable,
    sentence: 'the group source does not answer at {address}',
    help: 'check gateway.groups; answers from chat are kept and applied once it answers',
  },
  GROUPS_REFUSED: {
    ...refused,
    sentence: 'the group source at {address} does not say who belongs where: {reason}',
    help: 'correct gateway.groups, or answer on the page of the release',
  },
} as const satisfies Record<string, ErrorEntry>
