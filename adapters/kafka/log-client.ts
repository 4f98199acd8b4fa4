import type { KafkaAccess } from './access.ts'
import type { AnsweredPartition } from './fetch-answer.ts'

export interface PartitionOffsets {
  readonly partition: number
  /** First offset that still exists. */
  readonly low: bigint
  /** Everything below is committed; the next scan begins at or above. */
  readonly lastStable: bigint
}

/** Where records of a leader's epoch end in a log. */
export interface EpochEnd {
  /** The one that was asked for, else the last one before it that the log has. */
  readonly epoch: number
  readonly end: bigint
}

/** Of a whole answer; the bound per partition is the caller's. */
export const mostBytes = 16 << 20

export interface FetchInput {
  readonly topic: string
  readonly partition: number
  readonly offset: bigint
  /** Of the partition; a batch that is larger comes whole. */
  readonly maxBytes: number
  readonly maxWaitMs: number
}

/**
 * A client of Kafka as far as reading a log needs one. Each call is one attempt that says what went wrong by an error
 * of the client's own: whoever calls has the patience, asks for fresh metadata in between, and gives errors their codes.
 */
export interface LogClient {
  /** Of every partition that the topic has now, in their order. */
  offsets(topic: string): Promise<PartitionOffsets[]>
  /** By partition: the first offset at this time (milliseconds since 1970) or later, else the end of the log. */
  offsetsAt(topic: string, timeMs: number): Promise<Map<number, bigint>>
  /** 32 hexadecimal digits, asked of the leader of the topic's first partition; null: the broker has no ids. */
  topicId(topic: string): Promise<string | null>
  /** By partition, of the epochs asked for: what its leader says; one that it says nothing of is left out. */
  epochEnds(topic: string, epochs: ReadonlyMap<number, number>): Promise<Map<number, EpochEnd>>
  /** Of the leader as far as it is known, committed transactions only; null: there is no such offset. */
  fetch(input: FetchInput): Promise<AnsweredPartition | null>
  /** Forgets who leads what. */
  refresh(): Promise<void>
  close(): Promise<void>
}

export type ErrorMeaning = 'topic unknown' | 'sign-in refused'

/** One product; what it lacks beside the others stands on its page. */
export interface LogClientKind {
  /** Connected to one of the brokers. */
  open(access: KafkaAccess, clientId: string): Promise<LogClient>
  /** What an error means that the client threw, or that is the cause of such a one; null: nothing in particular. */
  meaningOf(error: Error): ErrorMeaning | null
}
