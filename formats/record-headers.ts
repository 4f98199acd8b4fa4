import type { RawRecord } from './format.ts'

const utf8 = new TextDecoder()

/** The first value of a header as text; names are told apart by their exact letters, as Kafka does. */
export function headerOf({ headers }: RawRecord, name: string): string | undefined {
  if (headers === undefined || !Object.hasOwn(headers, name)) return undefined
  const held = headers[name]
  const value = Array.isArray(held) ? held[0] : (held as Uint8Array | string | undefined)
  return value === undefined || typeof value === 'string' ? value : utf8.decode(value)
}
