import { z } from 'zod'
import { type AvroReader, avroReader } from './avro-record.ts'
import { perSchema, schemaIdOf, unframed } from './confluent-frame.ts'
import type { Format } from './format.ts'
import { objectReader } from './object-record.ts'
import { badRecord } from './row-maker.ts'

const options = z.strictObject({
  /** Id of the schema that every record is resolved to; the one it was written with unless told. */
  readerSchema: z.number().int().min(1).optional(),
  /** Full name of the record type that is read; others are foreign. All unless told. */
  record: z.string().min(1).optional(),
})

/** Avro in the wire format of Confluent's serialisers, with schemas from a registry. */
export const avro: Format = {
  name: 'avro',
  title: 'Avro with a schema registry',
  needs: [],
  kinds: ['prediction', 'pair'],
  trainable: false,
  options,
  schemas: {
    of: schemaIdOf,
    always: (given) => {
      const { readerSchema } = options.parse(given ?? {})
      return readerSchema === undefined ? [] : [readerSchema]
    },
  },
  decoder(input) {
    const { readerSchema, record } = options.parse(input.options ?? {})
    const readerOf = perSchema<AvroReader>(input, (writer) => {
      if (readerSchema === undefined) return avroReader(writer)
      const reader = input.schemas?.(readerSchema) ?? null
      if (reader === null) throw new Error(`is to be read as ${readerSchema}, which nobody knows`)
      // Another type of record is passed over, whatever it could be resolved to.
      return avroReader(writer, reader, record)
    })
    const read = objectReader(input)
    return ({ value, timestampMs }) => {
      try {
        const { id, payload } = unframed(value)
        const reader = readerOf(id)
        if (record !== undefined && reader.name !== record) return { kind: 'foreign' }
        return read(reader.read(payload), timestampMs)
      } catch (error) {
        return badRecord(error, input)
      }
    }
  },
}
