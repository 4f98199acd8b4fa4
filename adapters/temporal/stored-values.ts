import type { Client } from '@temporalio/client'
import type { Payload } from '@temporalio/common'

/** A value as Temporal stored it, for answers that the client hands on as they came. */
export async function storedValue<T>({ options }: Client, payload: Payload): Promise<T> {
  const { payloadCodecs, payloadConverter } = options.loadedDataConverter
  let found = payload
  for (const codec of payloadCodecs.toReversed()) {
    found = (await codec.decode([found]))[0] ?? found
  }
  return payloadConverter.fromPayload<T>(found)
}

/** What is read of a failure in a description of Temporal. */
export interface StoredFailure {
  readonly message?: string | null
  readonly cause?: StoredFailure | null
  /** Where failures are encrypted, the message is in here. */
  readonly encodedAttributes?: Payload | null
}

/** Temporal puts a failure that it had to shorten into another one, which says only that it was too long. */
const shortened = 'Failure exceeds size limit.'

/** What a failure says; null: there is none, or it says nothing. */
export async function storedMessage(
  client: Client,
  failure: StoredFailure | null | undefined,
): Promise<string | null> {
  if (!failure) return null
  if (failure.message === shortened && failure.cause) return storedMessage(client, failure.cause)
  if (!failure.encodedAttributes) return failure.message || null
  const { message } = await storedValue<{ message?: string }>(client, failure.encodedAttributes)
  return message || null
}
