import avro, { type SchemaOptions, type Type } from 'avsc/lib/types.js'
import type { RegisteredSchema } from '../contracts/registered-schema.ts'
import { safeType } from './avro-types.ts'
import { requireKind, shortReason } from './confluent-frame.ts'

/** Reads one record; it throws an Error whose message, a clause, says why it cannot. */
export interface AvroReader {
  /** Full name of the record's schema, as its writer calls it. */
  readonly name: string
  read(payload: Buffer): object
}

/**
 * Prepares the reading of records under the schema they were written with. With a reader's schema they are resolved to
 * it: fields that were not there yet get their defaults, renamed ones are found by their aliases. `only`: records of
 * another name are not resolved.
 *
 * Throws an Error whose message goes after "its schema 7": "is of the kind JSON, not AVRO".
 */
export function avroReader(
  writer: RegisteredSchema,
  reader?: RegisteredSchema,
  only?: string,
): AvroReader {
  const type = recordType(writer)
  const name = type.name ?? ''
  const resolve = reader !== undefined && (only === undefined || only === name)
  const wanted = resolve ? recordType(reader) : type
  const resolver = resolve ? resolverOf(wanted, type, reader.id) : undefined
  return {
    name,
    read: (payload) => {
      try {
        return wanted.fromBuffer(payload, resolver) as object
      } catch (error) {
        // Of errors in generated code, as of a stack that is used up, nobody learns anything.
        const why =
          error instanceof RangeError || error instanceof TypeError ? '' : `: ${shortReason(error)}`
        throw new Error(`it is not the Avro that its schema ${writer.id} describes${why}`)
      }
    },
  }
}

/**
 * Prepares the reading of records that follow each other under one schema, as in a container file. Throws, also when it
 * reads, an Error whose message is a clause.
 */
export function avroRecords(
  schema: string,
): (bytes: Buffer, count: number, sink: (record: object) => void) => void {
  let type: Type
  try {
    type = recordType({ id: 0, type: 'AVRO', text: schema, references: [] })
  } catch (error) {
    throw new Error(`its schema ${(error as Error).message}`)
  }
  return (bytes, count, sink) => {
    let at = 0
    // Records without a byte hold nothing, and a count alone could go on for ever.
    if (count > bytes.length) throw new Error('a block of it has more records than bytes')
    for (let record = 0; record < count; record++) {
      let found: ReturnType<Type['decode']>
      try {
        found = type.decode(bytes, at)
      } catch (error) {
        throw new Error(`a record of it is not what its schema describes: ${shortReason(error)}`)
      }
      if (found.offset < 0) throw new Error('a record of it is cut off')
      at = found.offset
      sink(found.value as object)
    }
    if (at !== bytes.length) throw new Error('a block of it holds more than its records')
  }
}

function recordType(schema: RegisteredSchema): Type {
  requireKind(schema, 'AVRO')
  const options: SchemaOptions = { registry: {}, typeHook: safeType }
  let type: Type
  try {
    for (const reference of schema.references) parse(reference.text, options)
    type = parse(schema.text, options)
  } catch (error) {
    throw new Error(`is no Avro schema: ${shortReason(error)}`)
  }
  if (type.typeName !== 'record') throw new Error(`describes no record but ${type.typeName}`)
  return type
}

function parse(schema: string, options: SchemaOptions): Type {
  // A namespace that one schema leaves behind is not the next one's.
  delete options.namespace
  return avro.Type.forSchema(JSON.parse(schema), options)
}

function resolverOf(reader: Type, writer: Type, id: number) {
  try {
    return reader.createResolver(writer)
  } catch (error) {
    throw new Error(`cannot be read as the schema ${id}: ${shortReason(error)}`)
  }
}
