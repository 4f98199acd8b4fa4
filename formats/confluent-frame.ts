import type { RegisteredSchema } from '../contracts/registered-schema.ts'
import type { DecoderInput } from './format.ts'

/**
 * The wire format of Confluent's serialisers: a zero byte, the id of the schema (int32, big-endian), then the record;
 * https://docs.confluent.io/platform/current/schema-registry/fundamentals/serdes-develop/index.html#wire-format
 */
const headerLength = 5

/** The id of the schema that a record names; null: it is not framed. */
export function schemaIdOf(value: Uint8Array | null): number | null {
  if (value === null || value.length < headerLength || value[0] !== 0) return null
  const [, a = 0, b = 0, c = 0, d = 0] = value
  return ((a << 24) | (b << 16) | (c << 8) | d) >>> 0
}

/** Schema id and the rest of a framed record. @throws Error whose message, a clause, says that it is not framed. */
export function unframed(value: Uint8Array | null): { id: number; payload: Buffer } {
  if (value === null) throw new Error('it has no value')
  const id = schemaIdOf(value)
  if (id === null) throw new Error('it does not begin with a zero byte and the id of a schema')
  const { buffer, byteOffset, length } = value
  return { id, payload: Buffer.from(buffer, byteOffset + headerLength, length - headerLength) }
}

/**
 * What is made of each schema, made once. A schema that nothing can be made of is remembered as that too: `make` throws
 * an Error whose message is a clause. What is kept is bounded by how many schemas a registry has given out.
 */
export function perSchema<Made>(
  { schemas }: Pick<DecoderInput, 'schemas'>,
  make: (schema: RegisteredSchema) => Made,
): (id: number) => Made {
  const made = new Map<number, { made: Made } | { problem: string }>()
  return (id) => {
    let found = made.get(id)
    if (found === undefined) {
      const schema = schemas?.(id) ?? null
      // Not remembered: a registry may learn of it later.
      if (schema === null)
        throw new Error(`it names the schema ${id}, which the registry does not know`)
      try {
        found = { made: make(schema) }
      } catch (error) {
        found = { problem: `its schema ${id} ${error instanceof Error ? error.message : error}` }
      }
      made.set(id, found)
    }
    if ('problem' in found) throw new Error(found.problem)
    return found.made
  }
}

/** @throws Error when the schema is of another kind. */
export function requireKind(schema: RegisteredSchema, kind: RegisteredSchema['type']): void {
  if (schema.type !== kind) throw new Error(`is of the kind ${schema.type}, not ${kind}`)
}

/** One short line; of errors in generated code, as of a stack that is used up, nobody learns anything. */
export function shortReason(error: unknown): string {
  if (error instanceof TypeError || error instanceof RangeError) return 'it is damaged'
  const message = error instanceof Error ? error.message : String(error)
  return message.replace(/\s+/g, ' ').slice(0, 200)
}
