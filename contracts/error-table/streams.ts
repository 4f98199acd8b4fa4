import { invalid } from './entry.ts'

export const streamsErrors = {
  STREAM_VALUE_INVALID: {
    ...invalid,
    sentence: 'a streaming detector cannot read {value}: it takes {wanted}',
    help: 'leave missing values out; a detector of errors takes 1 for an error and 0 for none',
  },
} as const
