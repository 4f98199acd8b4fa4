import protobuf, { type Field, type Message, type Type } from 'protobufjs'

type Fields = Readonly<Record<string, unknown>>
type Read = (value: unknown) => unknown
/** Puts one field of a decoded message where it belongs. */
type Fill = (message: Fields, into: Record<string, unknown>) => void

/**
 * Prepares what is made of decoded messages of a type: its fields as plain values, numbers, texts, booleans, lists,
 * sections and bytes.
 */
export function messageReader(type: Type): (message: Message) => Fields {
  const read = readerOf(type, new Map())
  return (message) => read(message) as Fields
}

function readerOf(type: Type, known: Map<Type, Read>): Read {
  const before = known.get(type)
  if (before !== undefined) return before
  const fills: Fill[] = []
  const plain: Read = (message) => {
    const into = Object.create(null) as Record<string, unknown>
    for (const fill of fills) fill(message as Fields, into)
    return into
  }
  const { fullName } = type
  const google = fullName.startsWith(googles)
    ? wellKnown[fullName.slice(googles.length)]
    : undefined
  const read: Read = google === undefined ? plain : (message) => google(plain(message) as Fields)
  // Before its fields: a message may hold itself.
  known.set(type, read)
  for (const field of type.fieldsArray) fills.push(fillOf(field, valueReader(field, known)))
  return read
}

const googles = '.google.protobuf.'

function fillOf(field: Field, read: Read): Fill {
  const { name, defaultValue } = field
  if (field.repeated) {
    return (message, into) => {
      into[name] = Object.hasOwn(message, name) ? (message[name] as unknown[]).map(read) : []
    }
  }
  if (field.map) {
    return (message, into) => {
      const entries = Object.create(null) as Record<string, unknown>
      const written = Object.hasOwn(message, name) ? Object.entries(message[name] as object) : []
      for (const [key, value] of written) entries[key] = read(value)
      into[name] = entries
    }
  }
  if (field.hasPresence || field.resolvedType instanceof protobuf.Type) {
    return (message, into) => {
      if (Object.hasOwn(message, name)) into[name] = read(message[name])
    }
  }
  return (message, into) => {
    into[name] = read(Object.hasOwn(message, name) ? message[name] : defaultValue)
  }
}

function valueReader({ resolvedType, type }: Field, known: Map<Type, Read>): Read {
  // An enum is the name of its value; one that the schema does not have stays a number.
  if (resolvedType instanceof protobuf.Enum) {
    const names = resolvedType.valuesById
    return (value) => names[value as number] ?? value
  }
  if (resolvedType instanceof protobuf.Type) return readerOf(resolvedType, known)
  return /64$/.test(type) ? (value) => (isLong(value) ? plainLong(value) : value) : (value) => value
}

/** What protobufjs makes of 64 bits. */
interface Long {
  readonly low: number
  readonly high: number
  toNumber(): number
}

const isLong = (value: unknown): value is Long =>
  typeof value === 'object' && value !== null && 'low' in value && 'high' in value

/** A number, or a bigint where a number would not be exact: ids are often that large. */
function plainLong(value: Long): number | bigint {
  const number = value.toNumber()
  return Number.isSafeInteger(number) ? number : BigInt(String(value))
}

/** A wrapped value; a zero is not written. */
const wrapped =
  (zero: unknown) =>
  ({ value = zero }: Fields): unknown =>
    value

/** Google's types that stand for a plain value, by their name in google.protobuf. */
const wellKnown: Readonly<Record<string, (fields: Fields) => unknown>> = {
  // Milliseconds since 1970.
  Timestamp: ({ seconds = 0, nanos = 0 }) =>
    Number(seconds) * 1_000 + Math.floor(Number(nanos) / 1_000_000),
  DoubleValue: wrapped(0),
  FloatValue: wrapped(0),
  Int64Value: wrapped(0),
  UInt64Value: wrapped(0),
  Int32Value: wrapped(0),
  UInt32Value: wrapped(0),
  BoolValue: wrapped(false),
  StringValue: wrapped(''),
  Struct: ({ fields }) => fields,
  ListValue: ({ values }) => values,
  // One field of several.
  Value: (fields) => {
    const [name, value] = Object.entries(fields)[0] ?? []
    return name === 'nullValue' || name === 'null_value' ? null : value
  },
}
