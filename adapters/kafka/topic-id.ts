import type { Cluster } from './cluster.ts'
import { ownRequest } from './own-request.ts'

/** Metadata, and its first version that names what brokers since 3.1 answer (KIP-516). */
const metadata = { apiKey: 3, apiVersion: 12, apiName: 'Metadata' } as const

/**
 * What tells a topic from another one of the same name: its id, 32 hexadecimal digits, given when it is made. Null:
 * the broker has no ids. Throws an Error whose `type` is the broker's name of it when the topic is not there.
 */
export async function topicId(cluster: Cluster, topic: string): Promise<string | null> {
  await cluster.addTargetTopic(topic)
  // The leader of a partition knows of a new topic before it serves a record of it.
  const leader = Object.keys(cluster.findLeaderForPartitions(topic, [0]))[0]
  const broker = await cluster.findBroker({ nodeId: leader ?? '' })
  const answer = await ownRequest(broker, { ...metadata, body: bodyOf(topic) })
  return answer === null ? null : idIn(answer)
}

/** The end of the header, one topic by its name, no creation of topics, nothing about rights. */
function bodyOf(topic: string): Buffer {
  const name = Buffer.from(topic)
  return Buffer.concat([
    Buffer.from([0, 2]),
    Buffer.alloc(16),
    unsigned(name.length + 1),
    name,
    Buffer.from([0, 0, 0, 0]),
  ])
}

function unsigned(value: number): Buffer {
  const bytes: number[] = []
  let rest = value
  for (; rest > 127; rest >>>= 7) bytes.push((rest & 127) | 128)
  return Buffer.from([...bytes, rest])
}

/** Reads up to the id of the first topic; what follows is not of interest. */
function idIn(bytes: Buffer): string {
  let at = 0
  const skip = (length: number) => {
    at += length
  }
  const readUnsigned = () => {
    let value = 0
    for (let shift = 0; ; shift += 7) {
      const byte = bytes.readUInt8(at++)
      value |= (byte & 127) << shift
      if (byte < 128) return value
    }
  }
  const skipText = () => skip(Math.max(0, readUnsigned() - 1))
  const skipTags = () => {
    for (let tags = readUnsigned(); tags > 0; tags--) {
      readUnsigned()
      skip(readUnsigned())
    }
  }
  skipTags()
  // How long to hold back the next request.
  skip(4)
  for (let brokers = readUnsigned() - 1; brokers > 0; brokers--) {
    skip(4)
    skipText()
    skip(4)
    skipText()
    skipTags()
  }
  skipText()
  skip(4)
  readUnsigned()
  const error = bytes.readInt16BE(at)
  skip(2)
  skipText()
  if (error !== 0) throw Object.assign(new Error(`error ${error}`), { type: typeOf(error) })
  return bytes.toString('hex', at, at + 16)
}

const typeOf = (error: number): string =>
  error === 3 ? 'UNKNOWN_TOPIC_OR_PARTITION' : `ERROR_${error}`
