import { isUtf8 } from 'node:buffer'
import avro, {
  type CopyOptions,
  type Resolver,
  type SchemaOptions,
  type Tap,
  type Type,
} from 'avsc/lib/types.js'

const { builtins } = avro

/*
 * The types of avsc, reading every record as if somebody hostile had sent it: avsc alone believes any count, so that a
 * few damaged bytes take all memory or run for ever. Besides, numbers and texts are exact or an error. They only read:
 * avsc prepares the writing of defaults all the same, so what it asks for then does nothing.
 */

class BoundedArray extends builtins.ArrayType {
  override _read(tap: Tap): unknown {
    const items: unknown[] = []
    for (let count = blockCount(tap); count > 0; count = blockCount(tap)) {
      while (count-- > 0) items.push(this.itemsType._read(tap))
    }
    return items
  }
  override _skip(tap: Tap): void {
    for (let count = blockCount(tap); count > 0; count = blockCount(tap)) {
      while (count-- > 0) this.itemsType._skip(tap)
    }
  }
}

class BoundedMap extends builtins.MapType {
  override _read(tap: Tap): unknown {
    // Without a prototype: "__proto__" is a key like any other.
    const entries = Object.create(null) as Record<string, unknown>
    for (let count = blockCount(tap); count > 0; count = blockCount(tap)) {
      while (count-- > 0) {
        const key = textOf(tap)
        entries[key] = this.valuesType._read(tap)
      }
    }
    return entries
  }
  override _skip(tap: Tap): void {
    for (let count = blockCount(tap); count > 0; count = blockCount(tap)) {
      while (count-- > 0) {
        tap.skipString()
        this.valuesType._skip(tap)
      }
    }
  }
}

/** Entries of the next block, each at least one byte (see `takesBytes`); a negative count comes with its bytes. */
function blockCount(tap: Tap): number {
  let count = tap.readLong()
  if (count < 0) {
    count = -count
    tap.skipLong()
  }
  if (count > tap.buf.length - tap.pos) throw new Error('a list is longer than the record')
  return count
}

/** A number, or a bigint where a number would not be exact: ids are often that large. */
class ExactLong extends builtins.LongType {
  override _read(tap: Tap): unknown {
    const from = tap.pos
    const value = tap.readLong()
    return Number.isSafeInteger(value) ? value : exactLong(tap.buf, from)
  }
}

/** Zigzag of a little-endian base 128 number of at most ten bytes. */
function exactLong(bytes: Buffer, from: number): bigint {
  let zigzag = 0n
  for (let i = 0; i < 10; i++) {
    const byte = bytes[from + i]
    if (byte === undefined) break
    zigzag |= BigInt(byte & 0x7f) << BigInt(7 * i)
    if (byte < 0x80) return BigInt.asIntN(64, (zigzag >> 1n) ^ -(zigzag & 1n))
  }
  throw new Error('a long is cut off or longer than ten bytes')
}

class StrictString extends builtins.StringType {
  override _read(tap: Tap): unknown {
    return textOf(tap)
  }
}

function textOf(tap: Tap): string {
  let start = tap.pos
  const text = tap.readString()
  if (text === undefined) throw new Error('a text is cut off')
  // Node puts U+FFFD where bytes are no UTF-8: only then are they looked at again, after their length.
  if (text.includes('\ufffd')) {
    while (((tap.buf[start] ?? 0) & 0x80) !== 0) start++
    if (!isUtf8(tap.buf.subarray(start + 1, tap.pos))) throw new Error('a text is not UTF-8')
  }
  return text
}

/** A union is the value of its branch, also where several branches are numbers or records. */
class OpenUnion extends builtins.WrappedUnionType {
  override _read(tap: Tap): unknown {
    const type = this.types[tap.readLong()]
    if (type === undefined) throw new Error('a union has no such branch')
    return type._read(tap)
  }
  override _update(resolver: Resolver, writer: Type, options: object): void {
    builtins.UnwrappedUnionType.prototype._update.call(this, resolver, writer, options)
  }
  /** `wrap` 2 is asked for the default of a field: by the format, one of the first branch; of any in newer schemas. */
  override _copy(value: unknown, options?: CopyOptions): unknown {
    if (options?.wrap !== 2) return value
    const problems: unknown[] = []
    for (const branch of this.types) {
      try {
        return branch._copy(value, options)
      } catch (error) {
        problems.push(error)
      }
    }
    throw problems[0]
  }
  override _check(): boolean {
    return true
  }
  override _write(): void {}
}

/**
 * A type whose values are something else than what is written. `convert` takes what the plain type reads, and what a
 * schema gives as the default of a field.
 */
function converted(
  Plain: typeof Type,
  read: (tap: Tap) => unknown,
  convert: (raw: never) => number,
) {
  return class extends Plain {
    override _read(tap: Tap): unknown {
      return convert(read(tap) as never)
    }
    override _copy(value: unknown, options?: CopyOptions): unknown {
      return options?.wrap === 2 ? convert(super._copy(value, options) as never) : value
    }
    override _check(): boolean {
      return true
    }
    override _write(): void {}
  }
}

const readLong = (tap: Tap) => tap.readLong()
/** Milliseconds since 1970, as timestamp-millis holds them; a date is midnight UTC. */
const timestampOf = (unitsPerMs: number) =>
  converted(builtins.LongType, readLong, (units: number) => Math.floor(units / unitsPerMs))
const timestamps: Readonly<Record<string, typeof Type>> = {
  'timestamp-micros': timestampOf(1_000),
  'timestamp-nanos': timestampOf(1_000_000),
}
const DateAsMs = converted(builtins.IntType, readLong, (days: number) => days * 86_400_000)

/** The number nearest to a decimal: bytes in two's complement, so many digits after the point. */
function decimalType(schema: Section, options: SchemaOptions): Type | undefined {
  const { type, scale = 0, size = 0 } = schema as { type: string; scale?: number; size?: number }
  const convert = (bytes: Buffer | undefined): number => {
    if (bytes === undefined || bytes.length === 0) throw new Error('a decimal has no digits')
    const unscaled = BigInt.asIntN(bytes.length * 8, BigInt(`0x${bytes.toString('hex')}`))
    return Number(`${unscaled}e${-scale}`)
  }
  if (type === 'bytes') {
    return new (converted(builtins.BytesType, (tap) => tap.readBytes(), convert))()
  }
  const fixed = converted(builtins.FixedType, (tap) => tap.readFixed(size), convert)
  return new fixed(schema, options)
}

type Section = Readonly<Record<string, unknown>>

/** For `Type.forSchema`: our type instead of avsc's; undefined leaves it as it is. */
export function safeType(schema: unknown, options: SchemaOptions): Type | undefined {
  if (Array.isArray(schema)) {
    const branches = schema.map((branch) => avro.Type.forSchema(branch, options))
    return new OpenUnion(branches, options)
  }
  const section = (typeof schema === 'string' ? { type: schema } : schema) as Section
  const logical = section['logicalType']
  switch (section['type']) {
    case 'array':
      return withEntries(new BoundedArray(section, options))
    case 'map':
      return new BoundedMap(section, options)
    case 'string':
      return new StrictString()
    case 'int':
      return logical === 'date' ? new DateAsMs() : undefined
    case 'long':
      return new (timestamps[String(logical)] ?? ExactLong)()
    case 'bytes':
    case 'fixed':
      return logical === 'decimal' ? decimalType(section, options) : undefined
    default:
      return undefined
  }
}

function withEntries(type: Type): Type {
  if (!takesBytes(type.itemsType)) throw new Error('has a list whose entries take no bytes')
  return type
}

/** Whether every value of a type takes at least one byte, so that a count can be held against what is left. */
function takesBytes(type: Type): boolean {
  if (type.typeName === 'null') return false
  if (type.typeName === 'fixed') return type.size > 0
  // One whose fields are not there yet holds this list, and so its end.
  if (type.typeName === 'record')
    return type.fields?.some((field) => takesBytes(field.type)) ?? true
  return true
}
