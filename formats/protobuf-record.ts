import protobuf from 'protobufjs'
import type { RegisteredSchema } from '../contracts/registered-schema.ts'
import { requireKind, shortReason } from './confluent-frame.ts'
import { type Declared, protobufSchema } from './protobuf-schema.ts'
import { messageReader } from './protobuf-value.ts'

/** Reads one record: the full name of its message, and its fields by their names in the schema. */
export type ProtobufReader = (payload: Buffer) => {
  readonly name: string
  /** Reads the fields; it throws an Error whose message, a clause, says why it cannot. */
  readonly fields: () => object
}

/**
 * Prepares the reading of records of one Protobuf schema; which of its messages a record is, its payload says first.
 * A field that a writer left out is what proto3 means by it: the default, or not there where the schema says `optional`.
 *
 * Throws an Error whose message goes after "its schema 7": "is of the kind AVRO, not PROTOBUF".
 */
export function protobufReader(schema: RegisteredSchema): ProtobufReader {
  requireKind(schema, 'PROTOBUF')
  const { root, messages } = protobufSchema(schema)
  const opened = new Map<string, ReturnType<typeof open>>()
  const open = (indexes: readonly number[]) => {
    const type = root.lookupType(messageAt(messages, indexes, schema.id))
    return { name: type.fullName.slice(1), type, plain: messageReader(type) }
  }
  return (payload) => {
    const { indexes, at } = messageIndexes(payload)
    const key = indexes.join('.')
    let message = opened.get(key)
    if (message === undefined) {
      message = open(indexes)
      opened.set(key, message)
    }
    const { name, type, plain } = message
    const fields = () => {
      try {
        return plain(type.decode(payload.subarray(at)))
      } catch (error) {
        const why = shortReason(error)
        throw new Error(`it is not the Protobuf that its schema ${schema.id} describes: ${why}`)
      }
    }
    return { name, fields }
  }
}

function messageAt(messages: readonly Declared[], indexes: readonly number[], id: number): string {
  let found: Declared | undefined
  let level: readonly Declared[] = messages
  for (const index of indexes) {
    found = level[index]
    if (found === undefined) break
    level = found.inside
  }
  if (found === undefined) {
    throw new Error(`it names message ${indexes.join('.')}, which its schema ${id} does not have`)
  }
  return found.name
}

/** How deep messages are nested in messages at most; far deeper than anybody's. */
const mostNested = 64

/**
 * Which message of the file a payload holds: its position in the file, then within that message, and so on. First how
 * many positions there are, all as zigzag varints; a single zero stands for the first message.
 */
function messageIndexes(payload: Buffer): { indexes: readonly number[]; at: number } {
  const reader = protobuf.Reader.create(payload)
  try {
    const count = reader.sint32()
    if (count === 0) return { indexes: [0], at: reader.pos }
    if (count > 0 && count <= mostNested) {
      return { indexes: Array.from({ length: count }, () => reader.sint32()), at: reader.pos }
    }
  } catch {}
  throw new Error('it does not say which message of its schema it is')
}
