/** The part of pg-copy-streams 7.0.0 that is used here; it has no declarations of its own. */
declare module 'pg-copy-streams' {
  import type { Readable, Writable } from 'node:stream'
  import type { Submittable } from 'pg'

  /** Ends once PostgreSQL has taken everything; `rowCount` is then known. */
  type CopyFrom = Writable & Submittable & { readonly rowCount: number }
  export function from(statement: string): CopyFrom

  type CopyTo = Readable & Submittable
  export function to(statement: string): CopyTo
}
