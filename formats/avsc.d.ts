/** The parts of avsc 5.7.9 that are used here; how its types read is not in its own declarations. */
declare module 'avsc/lib/types.js' {
  interface Tap {
    readonly buf: Buffer
    pos: number
    readLong(): number
    /** Undefined beyond the end of the bytes, as below. */
    readString(): string | undefined
    readBytes(): Buffer | undefined
    readFixed(length: number): Buffer | undefined
    skipLong(): void
    skipString(): void
  }
  class Resolver {}
  class Type {
    constructor(schema?: unknown, options?: object)
    static forSchema(schema: unknown, options?: SchemaOptions): Type
    readonly typeName: string
    /** Of a record, an enum or a fixed: with its namespace. */
    readonly name: string | undefined
    readonly fields: undefined | readonly { readonly type: Type }[]
    readonly size: number
    readonly types: readonly Type[]
    readonly itemsType: Type
    readonly valuesType: Type
    fromBuffer(bytes: Buffer, resolver?: Resolver): unknown
    /** The offset after the value; -1: the bytes end before it does. */
    decode(bytes: Buffer, at: number): { readonly value: unknown; readonly offset: number }
    toBuffer(value: unknown): Buffer
    createResolver(writer: Type): Resolver
    _read(tap: Tap): unknown
    _skip(tap: Tap): void
    _check(value: unknown): boolean
    _write(tap: Tap, value: unknown): void
    _copy(value: unknown, options?: CopyOptions): unknown
    _update(resolver: Resolver, writer: Type, options: object): void
  }
  interface CopyOptions {
    wrap?: number
    coerce?: number
  }
  interface SchemaOptions {
    registry?: Record<string, Type>
    wrapUnions?: 'auto' | 'always' | 'never'
    typeHook?: (schema: unknown, options: SchemaOptions) => Type | undefined
    namespace?: string
  }
  const avro: {
    Type: typeof Type
    builtins: Record<
      | 'ArrayType'
      | 'BytesType'
      | 'FixedType'
      | 'IntType'
      | 'LongType'
      | 'MapType'
      | 'StringType'
      | 'UnwrappedUnionType'
      | 'WrappedUnionType',
      typeof Type
    >
  }

  export { type CopyOptions, Resolver, type SchemaOptions, type Tap, Type }
  export default avro
}
