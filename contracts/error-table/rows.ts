import { type ErrorEntry, unreachable } from './entry.ts'

/** Single rows that are encrypted in the database. */
export const rowsErrors = {
  ROW_KEY_UNKNOWN: {
    ...unreachable,
    sentence: 'a row of {model} needs the key "{id}", which this process does not have ({reason})',
    help: 'put the key back into models.{model}.data.encryption.keys, at the end, and see that its secret is there for gateway, guard and workers; they go on by themselves then. The view row_keys says which keys are still needed',
  },
  ROW_UNREADABLE: {
    ...unreachable,
    sentence:
      'a row of {model} in {column} cannot be decrypted with the key "{id}": it was changed, comes from another place, or was encrypted with other bits under the same id',
    help: 'compare the bits of the key of this id in every process; a key that is replaced gets an id of its own',
  },
} as const satisfies Record<string, ErrorEntry>
