import type { KafkaLog } from '../../adapters/kafka/log.ts'
import type { LoggedRecord } from '../../adapters/kafka/log-record.ts'

/** The same log for eyes that cannot read some of its records, as an older program could not. */
export function blindLog(log: KafkaLog, cannotRead: (text: string) => boolean): KafkaLog {
  return {
    ...log,
    async *read(input) {
      for await (const { records, next } of log.read(input)) {
        const seen = records.map((record) =>
          record.value !== null && cannotRead(String(record.value)) ? blinded(record) : record,
        )
        yield { records: seen, next }
      }
    },
  }
}

function blinded({ offset, timestampMs, key, headers }: LoggedRecord): LoggedRecord {
  return { offset, timestampMs, key, headers, value: Buffer.from('\0') }
}
