import type { KafkaLog, LogBatch } from '../adapters/kafka/log.ts'
import type { SchemaRegistry } from '../adapters/schemas/schema-registry.ts'
import { DriftgateError } from '../contracts/errors.ts'
import type { RecordLayout } from '../contracts/record-layout.ts'
import type { RegisteredSchema, SchemaLookup } from '../contracts/registered-schema.ts'
import type { Format } from '../formats/index.ts'

/** Asked of the registry at the same time. */
const atOnce = 16

interface LoadingInput {
  readonly model: string
  readonly format: Format
  readonly options: RecordLayout['options']
  readonly log: KafkaLog
  readonly registry: SchemaRegistry | undefined
}

/**
 * A log whose records name their schema: before a batch is handed on, the schemas of all its records are loaded, and
 * `lookup` has them for the decoder. A log in another format is left as it is.
 *
 * Errors, also of reading: SCHEMAS_UNREACHABLE (retryable), so that no record is given up for a registry that is away;
 * SCHEMAS_REFUSED, SCHEMAS_ANSWER_UNKNOWN, SCHEMAS_NOT_CONFIGURED, SCHEMA_UNKNOWN for one that the configuration names.
 */
export async function loadingSchemas(
  input: LoadingInput,
): Promise<{ log: KafkaLog; lookup?: SchemaLookup }> {
  const { model, format, log, registry } = input
  const { schemas } = format
  if (schemas === undefined) return { log }
  if (registry === undefined) {
    throw new DriftgateError('SCHEMAS_NOT_CONFIGURED', { model, format: format.name })
  }
  const loaded = new Map<number, RegisteredSchema | null>()
  const load = async (ids: Iterable<number>) => {
    // One that was not known may be by now; the registry remembers for a while that it is not.
    const missing = [...new Set(ids)].filter((id) => (loaded.get(id) ?? null) === null)
    for (let from = 0; from < missing.length; from += atOnce) {
      const some = missing.slice(from, from + atOnce)
      const found = await Promise.all(some.map((id) => registry.schema(id)))
      for (const [index, id] of some.entries()) loaded.set(id, found[index] ?? null)
    }
  }
  const always = schemas.always(input.options)
  await load(always)
  const absent = always.find((id) => loaded.get(id) === null)
  if (absent !== undefined) {
    throw new DriftgateError('SCHEMA_UNKNOWN', { id: absent, model, address: registry.address })
  }

  async function* withSchemas(batches: AsyncIterable<LogBatch>): AsyncGenerator<LogBatch> {
    for await (const batch of batches) {
      const named = batch.records.map(({ value }) => schemas?.of(value) ?? null)
      await load(named.filter((id) => id !== null))
      yield batch
    }
  }
  return {
    log: { ...log, read: (stretch) => withSchemas(log.read(stretch)) },
    lookup: (id) => loaded.get(id) ?? null,
  }
}
