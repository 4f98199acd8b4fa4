import avsc from 'avsc/lib/types.js'
import pb from 'protobufjs'
import type { RegisteredSchema, SchemaLookup } from '../../contracts/registered-schema.ts'

/** A record as Confluent's serialisers frame it. */
export function framed(id: number, payload: Uint8Array): Buffer {
  const header = Buffer.alloc(5)
  header.writeUInt32BE(id, 1)
  return Buffer.concat([header, payload])
}

/** A registry of these schemas and no other. */
export const lookupOf =
  (...schemas: readonly RegisteredSchema[]): SchemaLookup =>
  (id) =>
    schemas.find((schema) => schema.id === id) ?? null

export const avroSchema = (
  id: number,
  schema: unknown,
  references: RegisteredSchema['references'] = [],
): RegisteredSchema => ({ id, type: 'AVRO', text: JSON.stringify(schema), references })

export const protobufSchema = (
  id: number,
  text: string,
  references: RegisteredSchema['references'] = [],
): RegisteredSchema => ({ id, type: 'PROTOBUF', text, references })

/** Bytes of a value, written by avsc as it is. */
export const avroRecord = (schema: RegisteredSchema, value: unknown): Buffer =>
  framed(schema.id, avsc.Type.forSchema(JSON.parse(schema.text)).toBuffer(value))

/** Bytes of a message; `indexes` say which of the file it is, as they go over the wire. */
export function protobufRecord(
  schema: RegisteredSchema,
  message: string,
  value: object,
  indexes: Uint8Array = Buffer.from([0]),
): Buffer {
  const { root } = pb.parse(schema.text, new pb.Root(), { keepCase: true })
  for (const known of ['timestamp', 'wrappers', 'struct']) {
    root.addJSON(pb.common.get(`google/protobuf/${known}.proto`)?.nested ?? {})
  }
  const type = root.lookupType(message)
  const bytes = type.encode(type.fromObject(value)).finish()
  return framed(schema.id, Buffer.concat([indexes, bytes]))
}
