import type { Format } from './format.ts'
import { parseObject } from './json-value.ts'
import { objectReader } from './object-record.ts'
import { badRecord } from './row-maker.ts'

/** Flat or nested JSON objects, one prediction a record; dots in a path walk into objects and lists. */
export const json: Format = {
  name: 'json',
  title: 'JSON object',
  needs: [],
  kinds: ['prediction'],
  trainable: true,
  decoder(input) {
    const read = objectReader(input)
    return ({ value, timestampMs }) => {
      try {
        return read(parseObject(value), timestampMs)
      } catch (error) {
        return badRecord(error, input)
      }
    }
  },
}
