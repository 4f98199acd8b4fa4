import { broken, type ErrorEntry, unreachable } from './entry.ts'

/** Temporal, and the workers that it waits for. */
export const temporalErrors = {
  WORKER_SILENT: {
    ...unreachable,
    sentence: 'Temporal answers, but no worker did within {seconds} s',
    help: 'check that the workers run ("driftgate status"); asking again never counts twice',
  },
  TEMPORAL_UNREACHABLE: {
    ...unreachable,
    sentence: 'Temporal does not answer at {address}',
    help: 'check temporal.address and that the server runs',
  },
  TEMPORAL_KEY_UNKNOWN: {
    ...unreachable,
    sentence: 'what Temporal keeps here was encrypted with the key "{id}", which is not configured',
    help: 'put the key back into temporal.encryption.keys, at the end, and start the process anew; workflows go on by themselves then',
  },
  TEMPORAL_PAYLOAD_UNREADABLE: {
    ...unreachable,
    sentence:
      'what Temporal keeps here cannot be decrypted with the key "{id}": it was changed, comes from another namespace, or was encrypted with other bits under the same id',
    help: 'compare the bits of the key of this id in every process; a key that is replaced gets an id of its own',
  },
  SEARCH_ATTRIBUTE_CONFLICT: {
    ...broken,
    sentence: 'Temporal has the search attribute {name} as {found}, not {wanted}',
    help: 'use another namespace, or remove the attribute with "temporal operator search-attribute remove"',
  },
} as const satisfies Record<string, ErrorEntry>
