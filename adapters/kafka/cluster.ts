import { Kafka, logLevel } from 'kafkajs'
import RequestQueue from 'kafkajs/src/network/requestQueue/index.js'
import { DriftgateError } from '../../contracts/errors.ts'
import { accessOf, type Brokers } from './access.ts'
import { registerCodecs } from './codecs.ts'
import { kafkaFailure } from './failure.ts'
import type { LogClientKind } from './log-client.ts'
import { forgetTopicsThatFail } from './topics-asked-for.ts'

/** The parts of kafkajs' own cluster object that a direct fetch needs (exactly 2.2.4). */
export interface Cluster {
  connect(): Promise<void>
  disconnect(): Promise<void>
  addTargetTopic(topic: string): Promise<void>
  refreshMetadata(): Promise<void>
  findLeaderForPartitions(topic: string, partitions: readonly number[]): Record<string, number[]>
  findBroker(input: { nodeId: string }): Promise<Broker>
}

export interface Broker {
  /** By API key; null before it is connected. */
  readonly versions: Readonly<Record<number, { readonly maxVersion: number }>> | null
  readonly connectionPool: { getConnection(index: number): Promise<Connection> }
  /** What writes the request of an API and reads its answer, in the newest version that both sides know. */
  readonly lookupRequest: (
    apiKey: number,
    definition: object,
  ) => (input: object) => {
    readonly request: { readonly apiVersion: number }
    readonly response: { readonly parse: (decoded: object) => Promise<object> }
  }
  fetch(input: object): Promise<object>
}

export interface Connection {
  send<Decoded, Result>(call: {
    readonly request: {
      readonly apiKey: number
      readonly apiVersion: number
      readonly apiName: string
      readonly encode: () => Promise<object>
    }
    readonly response: {
      readonly decode: (bytes: Buffer) => Promise<Decoded>
      readonly parse: (decoded: Decoded) => Promise<Result>
    }
  }): Promise<Result>
}

// With nothing pending kafkajs re-arms a timer with a negative delay, once a millisecond: 5 % of a core.
const original = RequestQueue.prototype.scheduleCheckPendingRequests
RequestQueue.prototype.scheduleCheckPendingRequests = function (
  this: typeof RequestQueue.prototype,
) {
  if (this.pending.length === 0 && this.throttledUntil <= Date.now()) return
  original.call(this)
}

registerCodecs()
forgetTopicsThatFail()

/** Of errors of kafkajs; those of its own retries wrap the broker's answer. */
export const kafkajsMeaning: LogClientKind['meaningOf'] = (error) => {
  if (error.name === 'KafkaJSSASLAuthenticationError') return 'sign-in refused'
  const { type } = error as Error & { type?: string }
  return type === 'UNKNOWN_TOPIC_OR_PARTITION' ? 'topic unknown' : null
}

/** @param retries of the client itself, at each of its layers; little where the caller tries again. */
export function kafkaClient(address: Brokers, clientId = 'driftgate', retries = 5): Kafka {
  const { brokers, ssl, sasl } = accessOf(address)
  return new Kafka({
    ...(ssl && { ssl }),
    ...(sasl && { sasl }),
    brokers: [...brokers],
    clientId,
    logLevel: logLevel.NOTHING,
    connectionTimeout: 3_000,
    requestTimeout: 10_000,
    retry: { retries, maxRetryTime: 5_000 },
  })
}

/**
 * A connected cluster of the client. Errors: KAFKA_UNREACHABLE (retryable) when no broker answers, KAFKA_TLS_FAILED,
 * KAFKA_SIGN_IN_REFUSED.
 */
export async function openCluster(kafka: Kafka, address: Brokers): Promise<Cluster> {
  const symbol = Object.getOwnPropertySymbols(kafka).find(
    ({ description }) => description === 'private:Kafka:createCluster',
  )
  if (symbol === undefined) {
    throw new DriftgateError('INTERNAL', { reason: 'kafkajs is not version 2.2.4' })
  }
  const create = (kafka as unknown as Record<symbol, (options: object) => Cluster>)[symbol]
  const cluster = create?.call(kafka, { metadataMaxAge: 300_000 }) as Cluster
  try {
    await cluster.connect()
    return oneConnectionEach(cluster)
  } catch (cause) {
    throw kafkaFailure(cause, accessOf(address).brokers.join(', '), kafkajsMeaning)
  }
}

/**
 * Lets the calls that may open a connection take turns: two first ones at once would each open one to the same
 * broker, and one of the two would never be closed.
 */
function oneConnectionEach(cluster: Cluster): Cluster {
  let last: Promise<unknown> = Promise.resolve()
  const inTurn =
    <Args extends unknown[], T>(call: (...args: Args) => Promise<T>) =>
    (...args: Args): Promise<T> => {
      const result = last.then(() => call(...args))
      last = result.catch(() => {})
      return result
    }
  return {
    connect: () => cluster.connect(),
    disconnect: () => cluster.disconnect(),
    addTargetTopic: inTurn((topic: string) => cluster.addTargetTopic(topic)),
    refreshMetadata: inTurn(() => cluster.refreshMetadata()),
    findLeaderForPartitions: (topic, partitions) =>
      cluster.findLeaderForPartitions(topic, partitions),
    findBroker: inTurn(async (input: { nodeId: string }) => {
      const broker = await cluster.findBroker(input)
      // Fetches have a connection of their own, opened by the first.
      await broker.connectionPool.getConnection(1)
      return broker
    }),
  }
}
