import { z } from 'zod'
import { perSchema, schemaIdOf, unframed } from './confluent-frame.ts'
import type { Format } from './format.ts'
import { objectReader } from './object-record.ts'
import { type ProtobufReader, protobufReader } from './protobuf-record.ts'
import { badRecord } from './row-maker.ts'

const options = z.strictObject({
  /** Full name of the message that is read; others are foreign. All unless told. */
  message: z.string().min(1).optional(),
})

/** Protobuf in the wire format of Confluent's serialisers, with schemas from a registry. */
export const protobuf: Format = {
  name: 'protobuf',
  title: 'Protobuf with a schema registry',
  needs: [],
  kinds: ['prediction', 'pair'],
  trainable: false,
  options,
  schemas: { of: schemaIdOf, always: () => [] },
  decoder(input) {
    const { message } = options.parse(input.options ?? {})
    const readerOf = perSchema<ProtobufReader>(input, protobufReader)
    // An empty text is not written, and so cannot be told from none.
    const read = objectReader(input, { emptyIsAbsent: true })
    return ({ value, timestampMs }) => {
      try {
        const { id, payload } = unframed(value)
        const { name, fields } = readerOf(id)(payload)
        if (message !== undefined && name !== message) return { kind: 'foreign' }
        return read(fields(), timestampMs)
      } catch (error) {
        return badRecord(error, input)
      }
    }
  },
}
