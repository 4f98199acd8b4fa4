import type { Cluster } from './cluster.ts'
import type { EpochEnd } from './log-client.ts'
import { ownRequest } from './own-request.ts'

/** OffsetForLeaderEpoch (KIP-320), of a version that every broker since 2.1 answers. */
const offsetForLeaderEpoch = { apiKey: 23, apiVersion: 2, apiName: 'OffsetForLeaderEpoch' } as const

/**
 * By partition: where the epoch of a leader ends in the log, and which epoch that is, the asked one or the one before it.
 * One request to each leader; a broker that does not know the request, and a partition that it says an error of, are left out.
 */
export async function epochEnds(
  cluster: Cluster,
  topic: string,
  epochs: ReadonlyMap<number, number>,
): Promise<Map<number, EpochEnd>> {
  await cluster.addTargetTopic(topic)
  const leaders = Object.entries(cluster.findLeaderForPartitions(topic, [...epochs.keys()]))
  const answers = await Promise.all(
    leaders.map(async ([nodeId, partitions]) => {
      const broker = await cluster.findBroker({ nodeId })
      const own = partitions.map((partition) => [partition, epochs.get(partition) ?? -1] as const)
      const body = bodyOf(topic, own)
      const answer = await ownRequest(broker, { ...offsetForLeaderEpoch, body })
      return answer === null ? [] : endsIn(answer)
    }),
  )
  return new Map(answers.flat())
}

/** One topic; of each partition the epoch that is asked for, and no claim about the leader's own. */
function bodyOf(topic: string, epochs: readonly (readonly [number, number])[]): Buffer {
  const name = Buffer.from(topic)
  const bytes = Buffer.alloc(10 + name.length + 12 * epochs.length)
  bytes.writeInt32BE(1, 0)
  bytes.writeInt16BE(name.length, 4)
  name.copy(bytes, 6)
  let at = 6 + name.length
  at = bytes.writeInt32BE(epochs.length, at)
  for (const [partition, epoch] of epochs) {
    at = bytes.writeInt32BE(partition, at)
    at = bytes.writeInt32BE(-1, at)
    at = bytes.writeInt32BE(epoch, at)
  }
  return bytes
}

/** After how long to hold back the next request and how many topics there are, one: its name and its partitions. */
function endsIn(bytes: Buffer): [number, EpochEnd][] {
  let at = 10 + bytes.readInt16BE(8)
  const count = bytes.readInt32BE(at)
  at += 4
  const ends: [number, EpochEnd][] = []
  for (let i = 0; i < count; i++, at += 18) {
    if (bytes.readInt16BE(at) !== 0) continue
    const end = { epoch: bytes.readInt32BE(at + 6), end: bytes.readBigInt64BE(at + 10) }
    ends.push([bytes.readInt32BE(at + 2), end])
  }
  return ends
}
