import type { Connection } from '@platformatic/kafka'
import { type AnsweredPartition, type FetchAnswer, readAnswer } from './fetch-answer.ts'
import {
  type EpochEnd,
  type FetchInput,
  type LogClient,
  type LogClientKind,
  mostBytes,
} from './log-client.ts'
import { type Library, PlatformaticConnections } from './platformatic-connections.ts'
import { PlatformaticTopics, type Topic } from './platformatic-topics.ts'

/** What ListOffsets takes for a time to mean an end of the log. */
const ends = { latest: -1n, earliest: -2n } as const
const isolation = { everything: 0, committed: 1 } as const

/**
 * @platformatic/kafka by its public parts: connections, requests and answers. Its own `Consumer.fetch` is left out: it
 * hands over records of aborted transactions, and its fetch sessions allow one fetch at a time from each broker
 * (docs/decisions/009-reading.md).
 */
export const platformaticClient: LogClientKind = {
  async open(access, clientId) {
    // Time and memory of those who read with it alone.
    const library = await import('@platformatic/kafka')
    const connections = new PlatformaticConnections(library, access, clientId)
    try {
      return logClient(library, connections, await PlatformaticTopics.of(library, connections))
    } catch (error) {
      await connections.close()
      throw error
    }
  },
  meaningOf(error) {
    const { code, apiId } = error as Error & { code?: string; apiId?: string }
    if (code === 'PLT_KFK_AUTHENTICATION') return 'sign-in refused'
    return apiId === 'UNKNOWN_TOPIC_OR_PARTITION' ? 'topic unknown' : null
  },
}

function logClient(
  library: Library,
  connections: PlatformaticConnections,
  topics: PlatformaticTopics,
): LogClient {
  const listed = (topic: string, known: Topic, timestamp: bigint, isolationLevel: number) =>
    offsetsListed(library, connections, { topic, known, timestamp, isolationLevel })
  const packed = packedFetch(library)
  return {
    async offsets(topic) {
      // Partitions may have been added.
      const now = await topics.now(topic)
      const low = await listed(topic, now, ends.earliest, isolation.everything)
      const lastStable = await listed(topic, now, ends.latest, isolation.committed)
      return [...low].map(([partition, offset]) => {
        return { partition, low: offset, lastStable: lastStable.get(partition) ?? offset }
      })
    },
    async offsetsAt(topic, timeMs) {
      const now = await topics.now(topic)
      const latest = await listed(topic, now, ends.latest, isolation.everything)
      const found = await listed(topic, now, BigInt(timeMs), isolation.everything)
      // -1: there is no record of that time or later.
      for (const [partition, end] of latest) {
        if ((found.get(partition) ?? -1n) < 0n) found.set(partition, end)
      }
      return found
    },
    async topicId(topic) {
      await topics.now(topic)
      // The leader of a partition knows of a new topic before it serves a record of it.
      return (await topics.now(topic, await topics.leaderOf(topic, 0))).id
    },
    async epochEnds(topic, epochs) {
      const byLeader = new Map<Connection, { partitionIndex: number; leaderEpoch: number }[]>()
      for (const [partitionIndex, leaderEpoch] of epochs) {
        const leader = await topics.leaderOf(topic, partitionIndex)
        byLeader.set(leader, [...(byLeader.get(leader) ?? []), { partitionIndex, leaderEpoch }])
      }
      const found = new Map<number, EpochEnd>()
      for (const [leader, own] of byLeader) {
        const partitions = own.map((one) => ({ ...one, currentLeaderEpoch: -1 }))
        const { api } = library.offsetForLeaderEpochV2
        const answer = await connections.ask(leader, api, -1, [{ name: topic, partitions }])
        for (const { partition, leaderEpoch, endOffset } of answer.topics[0]?.partitions ?? []) {
          found.set(partition, { epoch: leaderEpoch, end: endOffset })
        }
      }
      return found
    },
    async fetch(input) {
      const connection = await topics.leaderOf(input.topic, input.partition)
      return answerOf(library, await packed(connections, connection, input), input)
    },
    async refresh() {
      topics.forget()
    },
    close: () => connections.close(),
  }
}

interface Listing {
  readonly topic: string
  readonly known: Topic
  readonly timestamp: bigint
  readonly isolationLevel: number
}

/** By partition, from those who lead. */
async function offsetsListed(
  { listOffsetsV5 }: Library,
  connections: PlatformaticConnections,
  { topic, known, timestamp, isolationLevel }: Listing,
): Promise<Map<number, bigint>> {
  const found = new Map([...known.leaders.keys()].map((partition) => [partition, -1n]))
  for (const leader of new Set(known.leaders.values())) {
    const partitions = [...known.leaders]
      .filter(([, one]) => one === leader)
      .map(([partitionIndex]) => ({ partitionIndex, currentLeaderEpoch: -1, timestamp }))
    const connection = await connections.to(leader)
    const asked = [{ name: topic, partitions }]
    const answer = await connections.ask(connection, listOffsetsV5.api, -1, isolationLevel, asked)
    for (const one of answer.topics[0]?.partitions ?? []) found.set(one.partitionIndex, one.offset)
  }
  return found
}

/** A fetch whose records stay as they came: the library would make objects of every record. */
function packedFetch({ createAPI, fetchV11 }: Library) {
  type Request = Parameters<typeof fetchV11.createRequest>
  const api = createAPI<Request, FetchAnswer>(
    1,
    11,
    fetchV11.createRequest,
    (_correlationId, _apiKey, version, { buffer }) => readAnswer(buffer.buffer, version),
    false,
    false,
  )
  return (
    connections: PlatformaticConnections,
    connection: Connection,
    { topic, partition, offset, maxBytes, maxWaitMs }: FetchInput,
  ): Promise<FetchAnswer> => {
    const epochs = { currentLeaderEpoch: -1, lastFetchedEpoch: -1 }
    const asked = { ...epochs, partition, fetchOffset: offset, partitionMaxBytes: maxBytes }
    // At least one byte; no fetch session, whose number is then 0 and whose epoch -1.
    const limits: [number, number, number] = [maxWaitMs, 1, mostBytes]
    const [number, epoch] = [0, -1]
    const wanted = [{ topicId: topic, partitions: [asked] }]
    const request: Request = [...limits, isolation.committed, number, epoch, wanted, [], '']
    return connections.ask(connection, api, ...request)
  }
}

function answerOf(
  { ProtocolError }: Library,
  answer: FetchAnswer,
  { topic, partition }: FetchInput,
): AnsweredPartition | null {
  const found = answer.responses[0]?.partitions[0]
  if (found === undefined) throw new Error(`no answer for ${topic}/${partition}`)
  if (found.errorCode === 0) return found
  const error = new ProtocolError(found.errorCode) as Error & { apiId?: string }
  if (error.apiId === 'OFFSET_OUT_OF_RANGE') return null
  throw error
}
