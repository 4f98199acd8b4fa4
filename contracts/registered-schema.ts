/** A schema as a registry keeps it under its id; what stands under an id never changes. */
export interface RegisteredSchema {
  readonly id: number
  readonly type: 'AVRO' | 'PROTOBUF' | 'JSON'
  readonly text: string
  /** What it refers to and they in turn, each once, before whatever refers to it. */
  readonly references: readonly SchemaReference[]
}

export interface SchemaReference {
  /** As the schema that refers to it calls it: the name of an Avro type, the path of a Protobuf import. */
  readonly name: string
  readonly text: string
}

/** The schema of an id; null: the registry has none. */
export type SchemaLookup = (id: number) => RegisteredSchema | null
