import { invalid } from './entry.ts'

export const guardErrors = {
  GUARD_ROWS_TOO_FEW: {
    ...invalid,
    sentence:
      'a rate of {rate} needs {needed} reference rows that the distance was not fitted to; {where} has {rows}',
    help: 'give more reference rows, or a larger rate; a guard without a distance needs none',
  },
} as const
