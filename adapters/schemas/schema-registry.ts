import type { RegisteredSchema } from '../../contracts/registered-schema.ts'

/** Keeps the schemas that records name by an id. What stands under an id never changes, so it is asked for once. */
export interface SchemaRegistry {
  /** Where it answers, for messages. */
  readonly address: string
  /**
   * The schema of an id, with everything that it refers to; null: the registry itself says that there is none.
   * "Not there" is never guessed from an error: SCHEMAS_UNREACHABLE (retryable), SCHEMAS_REFUSED when it wants another
   * sign-in, SCHEMAS_ANSWER_UNKNOWN when what answers is no such registry.
   */
  schema(id: number): Promise<RegisteredSchema | null>
}

export interface SchemaRegistryOptions {
  /** The password of the sign-in, read for every request; null: there is none. */
  readonly password: (() => string) | null
}
