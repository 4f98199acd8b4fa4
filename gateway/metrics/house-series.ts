import type { AskedSeries } from './asked.ts'
import type { Measured } from './measured.ts'

/** Of what is shared by all models: gates and the database. */
export const houseSeries = ({
  gates,
  reviews,
  cards,
  answers,
  bytes,
  tidied,
}: Measured): AskedSeries[] => [
  {
    name: 'drift_gate_waiting_seconds',
    kind: 'gauge',
    help: 'How long a release has waited at its gate.',
    labels: ['release', 'model'],
    ask: async () =>
      (await gates()).map(({ release, model, seconds }) => ({
        labels: { release, model },
        value: seconds,
      })),
  },
  {
    name: 'drift_review_left_seconds',
    kind: 'gauge',
    help: 'How long others still have to review a release whose glass was broken; below 0: it is overdue.',
    labels: ['release', 'model'],
    ask: async () =>
      (await reviews()).map(({ release, model, seconds }) => ({
        labels: { release, model },
        value: seconds,
      })),
  },
  {
    name: 'drift_card_behind_seconds',
    kind: 'gauge',
    help: 'How long the oldest card of a chat channel has not shown what it should; absent where none is behind.',
    labels: ['channel'],
    ask: async () =>
      (await cards()).map(({ channel, seconds }) => ({ labels: { channel }, value: seconds })),
  },
  {
    name: 'drift_chat_answer_waiting_seconds',
    kind: 'gauge',
    help: 'How long the oldest answer from a chat channel has waited to be applied; absent where none waits.',
    labels: ['channel'],
    ask: async () =>
      (await answers()).map(({ channel, seconds }) => ({ labels: { channel }, value: seconds })),
  },
  {
    name: 'drift_storage_bytes',
    kind: 'gauge',
    help: 'Bytes in the database, indexes included, by what they hold.',
    labels: ['kind'],
    ask: async () => (await bytes()).map(({ kind, bytes }) => ({ labels: { kind }, value: bytes })),
  },
  {
    name: 'drift_housekeeping_last_end_seconds',
    kind: 'gauge',
    help: 'When the last round of housekeeping ended, in seconds since 1970; 0 before the first.',
    labels: [],
    ask: async () => [{ labels: {}, value: ((await tidied())?.getTime() ?? 0) / 1_000 }],
  },
]
