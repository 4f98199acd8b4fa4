import { invalid, unreachable } from './entry.ts'

export const guardErrors = {
  GUARD_ROWS_TOO_FEW: {
    ...invalid,
    sentence:
      'a rate of {rate} needs {needed} reference rows that the distance was not fitted to; {where} has {rows}',
    help: 'give more reference rows (guard.rows keeps them), or a larger rate; a guard without a distance needs none',
  },
  GUARD_REFUSED: {
    ...invalid,
    sentence: 'the guard of {model} refuses {refused} of {rows} inputs: {reasons}',
    help: 'parameters.guard names each row with its reasons; guard.reasons says what they lead to',
  },
  GUARD_REQUEST_UNREADABLE: {
    ...invalid,
    sentence: 'the guard cannot read the inputs: {reason}',
    help: 'send an inference request of the Open Inference Protocol, version 2, as JSON without compression; a Triton client with binary_data=False',
  },
  GUARD_REQUEST_TOO_LARGE: {
    ...invalid,
    status: 413,
    sentence: 'the request is larger than {most} bytes',
    help: 'send fewer rows at once, or raise guard.largestBody',
  },
  GUARD_MODEL_UNKNOWN: {
    ...invalid,
    status: 404,
    sentence: 'no model {model} has a guard',
    help: 'give the model a section guard and apply the configuration; the guard sees it within seconds',
  },
  GUARD_UNABLE: {
    ...unreachable,
    sentence: 'the guard of {model} cannot judge: {reason}',
    help: 'mend that, or set guard.unable: pass where an unjudged input is better than none',
  },
  GUARD_UPSTREAM_UNREACHABLE: {
    ...unreachable,
    status: 502,
    sentence: 'the model server behind the guard of {model} does not answer at {address}',
    help: 'check guard.upstream (or serving.url) and that the server is up',
  },
  GUARD_UPSTREAM_TIMEOUT: {
    ...unreachable,
    status: 504,
    sentence:
      'the model server behind the guard of {model} has not answered within {milliseconds} ms',
    help: 'look at the model server, or raise guard.timeout; it may have scored what was sent',
  },
  GUARD_ANSWER_UNREADABLE: {
    ...unreachable,
    status: 502,
    sentence:
      'the model server behind the guard of {model} gave an answer that cannot be read: {reason}',
    help: 'it has to answer inference by the Open Inference Protocol, version 2, as JSON',
  },
} as const
