import type { PartitionLag } from '../../adapters/postgres/measures.ts'
import type { AskedSeries } from './asked.ts'
import type { Measured } from './measured.ts'

/** Of each partition of the log of each model, by the reading in force. */
export function ledgerSeries({ partitions }: Measured): AskedSeries[] {
  const series = (
    name: string,
    help: string,
    value: (lag: PartitionLag) => number | null,
  ): AskedSeries => ({
    name,
    kind: 'gauge',
    help,
    labels: ['model', 'topic', 'partition'],
    ask: async () =>
      (await partitions()).flatMap((lag) => {
        const { model, topic, partition } = lag
        const found = value(lag)
        return found === null ? [] : [{ labels: { model, topic, partition }, value: found }]
      }),
  })
  return [
    series(
      'drift_ledger_unread_records',
      'Offsets that the newest planned window still waits for.',
      ({ unread }) => unread,
    ),
    series(
      'drift_ledger_slice_age_seconds',
      'Since anything was read from the partition; a log in which nothing arrives is not read.',
      ({ seconds }) => seconds,
    ),
  ]
}
