import type { KafkaLog, LogBatch } from '../adapters/kafka/log.ts'
import type { SummedStep } from '../adapters/postgres/rollout-sums.ts'
import { DriftgateError } from '../contracts/errors.ts'
import type { HealthQuestion } from '../contracts/rollout.ts'
import type { RolloutHeads } from '../contracts/rollout-heads.ts'
import type { Decoded } from './answer-decoder.ts'
import { mustStillBeTheSame } from './log-identity.ts'
import { readStretch } from './read-stretch.ts'
import type { ScanDeps } from './scan-deps.ts'
import { mostRecords } from './slice-bounds.ts'
import type { Arm, StepTally } from './step-tally.ts'

/** The topics of a step, and whose answers count in each. */
export interface ArmTopic {
  readonly topic: string
  readonly armOf: (version: string) => Arm | undefined
}

/** Both versions answer in the log, unless the candidate answers copies, which are logged apart. */
export function armTopics(
  { stable, candidate, shadow }: Pick<HealthQuestion, 'stable' | 'candidate' | 'shadow'>,
  log: string,
  shadowTopic: string | undefined,
): ArmTopic[] {
  const arms = new Map<string, Arm>([
    [stable, 'stable'],
    [candidate, 'candidate'],
  ])
  if (!shadow || shadowTopic === undefined || shadowTopic === log) {
    return [{ topic: log, armOf: (version) => arms.get(version) }]
  }
  const only = (wanted: string, arm: Arm) => (version: string) =>
    version === wanted ? arm : undefined
  return [
    { topic: log, armOf: only(stable, 'stable') },
    { topic: shadowTopic, armOf: only(candidate, 'candidate') },
  ]
}

/**
 * Where each topic of a step begins: at the first record that the broker has from its beginning on, and in a partition
 * that is empty at its end. Errors: KAFKA_TOPIC_UNKNOWN, KAFKA_UNREACHABLE (both retryable).
 */
export async function headsAt(
  { log }: Pick<ScanDeps, 'log'>,
  topics: readonly ArmTopic[],
  from: string,
): Promise<RolloutHeads> {
  const heads: RolloutHeads = {}
  for (const { topic } of topics) {
    const topicId = await log.topicId(topic)
    const since = await log.offsetsAt(topic, Date.parse(from))
    const next: Record<string, string> = {}
    for (const { partition, lastStable } of await log.offsets(topic)) {
      const start = since.get(partition) ?? lastStable
      next[partition] = String(smaller(start, lastStable))
    }
    heads[topic] = { topicId, next }
  }
  return heads
}

const smaller = (left: bigint, right: bigint): bigint => (left > right ? right : left)

export interface ArmCut extends ArmTopic {
  readonly cut: ReadonlyMap<number, bigint>
  readonly low: ReadonlyMap<number, bigint>
}

/** What the topics hold at this moment. Errors: KAFKA_TOPIC_UNKNOWN, KAFKA_UNREACHABLE (both retryable). */
export async function cutsOf(log: KafkaLog, topics: readonly ArmTopic[]): Promise<ArmCut[]> {
  return Promise.all(
    topics.map(async (one) => {
      const offsets = await log.offsets(one.topic)
      return {
        ...one,
        cut: new Map(offsets.map(({ partition, lastStable }) => [partition, lastStable])),
        low: new Map(offsets.map(({ partition, low }) => [partition, low])),
      }
    }),
  )
}

/** Throws KAFKA_LOG_RECREATED and KAFKA_LOG_SHRANK where a topic cannot be the one that was read so far. */
export async function mustGoOn(
  log: KafkaLog,
  heads: RolloutHeads,
  cuts: readonly ArmCut[],
): Promise<void> {
  for (const { topic, cut } of cuts) {
    const known = heads[topic]
    if (known === undefined) continue
    await mustStillBeTheSame(log, { topic, topicId: known.topicId })
    for (const [partition, end] of cut) {
      const head = BigInt(known.next[partition] ?? 0)
      if (end >= head) continue
      throw new DriftgateError('KAFKA_LOG_SHRANK', {
        ...{ topic, partition, end: String(end), head: String(head) },
      })
    }
  }
}

/**
 * Reads from the heads of a step up to a cut, at most so many records, into a tally; answers the heads then, or null: the
 * step is at the cut. Nothing is written.
 *
 * Errors: KAFKA_UNREACHABLE (retryable), KAFKA_LOG_RECREATED, KAFKA_LOG_SHRANK.
 */
export async function readArms(
  log: KafkaLog,
  { heads }: Pick<SummedStep, 'heads'>,
  cuts: readonly ArmCut[],
  into: { readonly tally: StepTally; readonly decode: (record: LogBatch['records'][0]) => Decoded },
  { records = mostRecords, signal }: { records?: number; signal?: AbortSignal } = {},
): Promise<RolloutHeads | null> {
  const reached = structuredClone(heads)
  let [left, moved] = [records, false]
  for (const { topic, armOf, cut, low } of cuts) {
    const known = reached[topic] ?? { topicId: await log.topicId(topic), next: {} }
    reached[topic] = known
    for (const [partition, to] of cut) {
      const head = known.next[partition]
      let from = head === undefined ? (low.get(partition) ?? 0n) : BigInt(head)
      while (from < to && left > 0) {
        signal?.throwIfAborted()
        const stretch = { topic, partition, from, to, ...(signal && { signal }) }
        const { next } = await readStretch(
          log,
          { topic, topicId: known.topicId },
          stretch,
          (batch) => {
            for (const record of batch.records) {
              into.tally.add(into.decode(record), armOf)
              if (--left <= 0) return { next: BigInt(record.offset) + 1n, full: true }
            }
            return { next: batch.next, full: false }
          },
        )
        from = next
        moved = true
      }
      known.next[partition] = String(from)
    }
  }
  return moved ? reached : null
}
