import { invalid } from './entry.ts'

export const streamsErrors = {
  STREAM_VALUE_INVALID: {
    ...invalid,
    sentence: 'a streaming detector cannot read {value}: it takes {wanted}',
    help: 'leave missing values out; a detector of errors takes 1 for an error and 0 for none',
  },
  STREAM_FALSE_ALARMS_UNATTAINABLE: {
    ...invalid,
    sentence: '{detector} has no setting for these false alarms: {reason}',
    help: 'ask cusum, which can be set for any rate of errors and any number; or give the classic parameters of the detector',
  },
  STREAM_DETECTOR_UNKNOWN: {
    ...invalid,
    sentence: 'there is no streaming detector "{detector}"',
    help: '{fix}',
  },
} as const
