import type { KafkaLog } from '../adapters/kafka/log.ts'
import type { Reading } from '../adapters/postgres/readings.ts'
import { DriftgateError } from '../contracts/errors.ts'

type Known = Pick<Reading, 'topic' | 'topicId'>

/** Whether the topic may be the one that a reading is of: nobody knows another id of it. */
export const isSameLog = (
  { topicId: known }: Pick<Reading, 'topicId'>,
  found: string | null,
): boolean => known === null || found === null || known === found

/** Throws KAFKA_LOG_RECREATED when the topic has another id than the one that a reading is of. */
export function mustBeTheSame(reading: Known, found: string | null): void {
  if (isSameLog(reading, found)) return
  const { topic, topicId: known } = reading
  throw new DriftgateError('KAFKA_LOG_RECREATED', { topic, known, found })
}

/**
 * Asked after records were read and before they count: an id is given once, so what was read before is of the same
 * log. Throws KAFKA_LOG_RECREATED, KAFKA_TOPIC_UNKNOWN and KAFKA_UNREACHABLE (both retryable).
 */
export async function mustStillBeTheSame(log: KafkaLog, known: Known): Promise<void> {
  if (known.topicId !== null) mustBeTheSame(known, await log.topicId(known.topic))
}
