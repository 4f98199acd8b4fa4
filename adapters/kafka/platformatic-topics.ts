import type { API, Broker, Connection, metadataV12 } from '@platformatic/kafka'
import type { Library, PlatformaticConnections } from './platformatic-connections.ts'

/** Metadata, and its first version that names ids of topics (KIP-516). */
const metadataKey = 3
const idsVersion = 12

/** Metadata of versions 8 and 12; the older one has no ids. */
type MetadataApi = API<[topics: string[], create: boolean], metadataV12.MetadataResponse>

export interface Topic {
  /** Null: the broker has no ids. */
  readonly id: string | null
  /** By partition, in their order; one without a leader is left out. */
  readonly leaders: ReadonlyMap<number, Broker>
}

/** Who leads the partitions of which topic; kept until it is asked for anew. */
export class PlatformaticTopics {
  readonly #connections: PlatformaticConnections
  readonly #metadata: MetadataApi
  readonly #known = new Map<string, Topic>()

  private constructor(connections: PlatformaticConnections, metadata: MetadataApi) {
    this.#connections = connections
    this.#metadata = metadata
  }

  /** Asks a broker what it can answer. */
  static async of(
    { apiVersionsV3, metadataV12, metadataV8 }: Library,
    connections: PlatformaticConnections,
  ): Promise<PlatformaticTopics> {
    const connection = await connections.toAny()
    const { apiKeys } = await connections.ask(connection, apiVersionsV3.api, 'driftgate', '1')
    const newest = apiKeys.find(({ apiKey }) => apiKey === metadataKey)?.maxVersion ?? 0
    const { api } = newest >= idsVersion ? metadataV12 : metadataV8
    return new PlatformaticTopics(connections, api as MetadataApi)
  }

  async now(topic: string, from?: Connection): Promise<Topic> {
    const connection = from ?? (await this.#connections.toAny())
    const answer = await this.#connections.ask(connection, this.#metadata, [topic], false)
    const [found] = answer.topics
    const leaders = (found?.partitions ?? [])
      .map(({ partitionIndex, leaderId }) => {
        const leader = answer.brokers.find(({ nodeId }) => nodeId === leaderId)
        return [partitionIndex, leader] as const
      })
      .filter((one): one is [number, (typeof answer.brokers)[number]] => one[1] !== undefined)
      .sort(([left], [right]) => left - right)
    const id = found?.topicId?.replaceAll('-', '') ?? null
    const seen = { id, leaders: new Map(leaders) }
    this.#known.set(topic, seen)
    return seen
  }

  async leaderOf(topic: string, partition: number): Promise<Connection> {
    const known = this.#known.get(topic)?.leaders.get(partition)
    const leader = known ?? (await this.now(topic)).leaders.get(partition)
    if (leader === undefined) throw new Error(`nobody leads ${topic}/${partition}`)
    return this.#connections.to(leader)
  }

  forget(): void {
    this.#known.clear()
  }
}
