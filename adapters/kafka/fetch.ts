import { DriftgateError } from '../../contracts/errors.ts'
import { kafkaFailure } from './failure.ts'
import type { AnsweredPartition } from './fetch-answer.ts'
import type { FetchInput, LogClient, LogClientKind } from './log-client.ts'
import { patiently } from './patience.ts'

/**
 * What `read` makes of one fetch from the leader, tried again with fresh metadata after a change of leader or a broken connection, for at
 * most 20 seconds. Null: the offset does not exist. Errors: KAFKA_BATCH_DAMAGED, KAFKA_UNREACHABLE (retryable),
 * KAFKA_TLS_FAILED, KAFKA_SIGN_IN_REFUSED, the signal's reason.
 */
export async function fetchOnce<T>(
  client: LogClient,
  meaningOf: LogClientKind['meaningOf'],
  input: FetchInput,
  read: (answer: AnsweredPartition) => T | Promise<T>,
  signal?: AbortSignal,
): Promise<T | null> {
  const { topic, partition, offset } = input
  const fetched = async () => {
    const answer = await client.fetch(input)
    return answer && (await read(answer))
  }
  try {
    return await patiently(fetched, {
      ...(signal && { signal }),
      prepare: () => client.refresh(),
      isFinal: (error) => error instanceof DriftgateError,
    })
  } catch (error) {
    signal?.throwIfAborted()
    if (error instanceof DriftgateError) {
      const details = { ...error.details, topic, partition, offset: String(offset) }
      throw new DriftgateError(error.code, details, { cause: error })
    }
    throw kafkaFailure(error, `the leader of ${topic}/${partition}`, meaningOf)
  }
}
