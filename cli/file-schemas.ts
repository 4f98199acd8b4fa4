import { readFileSync } from 'node:fs'
import { basename, resolve } from 'node:path'
import type { ModelSettings, Settings } from '../contracts/config.ts'
import { DriftgateError } from '../contracts/errors.ts'
import type { RegisteredSchema, SchemaLookup } from '../contracts/registered-schema.ts'
import type { CommandContext } from './command.ts'

/** Schemas of the records of files, which name them by an id. */
export interface FileSchemas {
  /** Loads those that the records of a file name, before they are read; a file is looked through once. */
  load(path: string): Promise<void>
  readonly lookup: SchemaLookup
}

/** The value of a record that a line holds as base64; null: it holds none. */
export function valueIn(record: object): Buffer | null {
  const { value } = record as { value?: unknown }
  return typeof value === 'string' ? Buffer.from(value, 'base64') : null
}

/**
 * The schemas of a model's log: the one of `--schema`, whatever id a record names, else those of the configured registry. A
 * log in a format without schemas has none. Errors, also of loading: FILE_NOT_FOUND, USAGE, SCHEMAS_NOT_CONFIGURED,
 * SCHEMAS_UNREACHABLE, SCHEMAS_REFUSED, SCHEMAS_ANSWER_UNKNOWN, CONFIG_SECRET_MISSING.
 */
export async function fileSchemas(
  context: CommandContext,
  model: string,
  { settings, schemas }: { settings: Pick<ModelSettings, 'log'>; schemas?: Settings['schemas'] },
): Promise<FileSchemas | undefined> {
  const { formatNamed } = await import('../formats/index.ts')
  const format = formatNamed(settings.log.format)
  const named = format?.schemas
  if (format === undefined || named === undefined) return undefined
  const given = context.options['schema']
  const only = typeof given === 'string' ? schemaIn(context, given) : null
  const known = new Map<number, RegisteredSchema | null>()
  const looked = new Set<string>()
  const registry = only === null ? await registryOf(context, schemas) : null
  const loadAll = async (ids: Iterable<number>) => {
    for (const id of ids) {
      if (known.has(id)) continue
      if (registry === null) {
        throw new DriftgateError('SCHEMAS_NOT_CONFIGURED', { model, format: format.name })
      }
      known.set(id, await registry.schema(id))
    }
  }
  return {
    async load(path) {
      if (only !== null || looked.has(path)) return
      looked.add(path)
      const { isAvroFile, readRecords } = await import('../adapters/files/read-rows.ts')
      if (isAvroFile(path)) return
      const ids = new Set<number>()
      await readRecords(path, (record) => {
        const id = named.of(valueIn(record))
        if (id !== null) ids.add(id)
      })
      if (ids.size > 0) await loadAll([...named.always(settings.log.options), ...ids])
    },
    lookup: (id) => (only === null ? (known.get(id) ?? null) : { ...only, id }),
  }
}

async function registryOf(context: CommandContext, schemas: Settings['schemas']) {
  if (schemas === undefined) return null
  const [{ openSchemas }, { readSecret }] = await Promise.all([
    import('../adapters/schemas/index.ts'),
    import('../adapters/files/read-secret.ts'),
  ])
  const { password } = schemas
  const read = () => readSecret(password, 'schemas.password', context.environment)
  return openSchemas(schemas, { password: password === undefined ? null : read })
}

const kinds = { '.avsc': 'AVRO', '.proto': 'PROTOBUF' } as const

function schemaIn({ folder }: CommandContext, given: string): Omit<RegisteredSchema, 'id'> {
  const end = /\.[a-z]+$/.exec(given.toLowerCase())?.[0] ?? ''
  const type = Object.hasOwn(kinds, end) ? kinds[end as keyof typeof kinds] : undefined
  if (type === undefined) {
    throw new DriftgateError('USAGE', {
      reason: `--schema ${basename(given)} is no schema by its name`,
      fix: 'give a file that ends in .avsc or .proto',
    })
  }
  try {
    return { type, text: readFileSync(resolve(folder, given), 'utf8'), references: [] }
  } catch (cause) {
    throw new DriftgateError('FILE_NOT_FOUND', { file: given }, { cause })
  }
}
