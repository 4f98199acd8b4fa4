import type { RawRecord } from './format.ts'
import { parseJson, parseObject } from './json-value.ts'
import { headerOf } from './record-headers.ts'

/** An event with its attributes by name, in small letters. */
export interface CloudEvent {
  readonly attribute: (name: string) => string | undefined
  /** The JSON value that it carries. Throws an Error whose message says why there is none. */
  readonly data: () => unknown
}

/**
 * The CloudEvent of a record (CloudEvents 1.0, Kafka protocol binding): in binary mode its attributes are headers, in
 * structured mode the record is one JSON object. Null: it is no event. Throws an Error where it is a broken one.
 */
export function cloudEventOf(record: RawRecord): CloudEvent | null {
  const inHeaders = (name: string) =>
    headerOf(record, `ce_${name}`) ?? headerOf(record, `ce-${name}`)
  if (inHeaders('type') !== undefined) {
    return { attribute: inHeaders, data: () => parseJson(record.value) }
  }
  const type = headerOf(record, 'content-type') ?? ''
  const told = type.toLowerCase().startsWith('application/cloudevents')
  // Any other content is not an event; without a word about it, the record says what it is.
  if (!told && type !== '' && !type.toLowerCase().startsWith('application/json')) return null
  const event = parseObject(record.value) as Readonly<Record<string, unknown>>
  const own = (name: string) => (Object.hasOwn(event, name) ? event[name] : undefined)
  if (!told && typeof own('specversion') !== 'string') return null
  return {
    attribute: (name) => {
      const value = own(name)
      return typeof value === 'string' ? value : undefined
    },
    data: () => dataOf(own('data'), own('data_base64')),
  }
}

/** JSON may be carried as it is, as text, or as bytes. */
function dataOf(data: unknown, base64: unknown): unknown {
  if (typeof base64 === 'string') return parseJson(Buffer.from(base64, 'base64'))
  if (typeof data === 'string') return parseJson(Buffer.from(data))
  if (data === undefined || data === null) throw new Error('it has no data')
  return data
}
