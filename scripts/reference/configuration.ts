import { z } from 'zod'
import { settingsSchema } from '../../contracts/config.ts'
import { capital, code, generatedNotice, markdownTable, page } from './markdown.ts'

/** The parts of a JSON Schema that the page shows. */
interface Schema {
  readonly type?: string | readonly string[]
  readonly description?: string
  readonly default?: unknown
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly format?: string
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: Schema | boolean
  readonly items?: Schema
  readonly anyOf?: readonly Schema[]
  /** Kinds of one section, told apart by `kind`. */
  readonly oneOf?: readonly Schema[]
}

/** `driftgate.schema.json`, for editors: what a person may write, before defaults. */
export function configurationSchema(): string {
  const schema = z.toJSONSchema(settingsSchema, { io: 'input', target: 'draft-7' })
  return `${JSON.stringify({ title: 'driftgate.yaml', ...schema }, null, 2)}\n`
}

/** `configuration.md`: every setting, by section. */
export function configurationPage(): string {
  const root = JSON.parse(configurationSchema()) as Schema
  const sections = Object.entries(root.properties ?? {})
  return page(
    generatedNotice,
    '# Configuration',
    'Everything is in one file, `driftgate.yaml`; [examples/driftgate.yaml](../../examples/driftgate.yaml) is a complete one to copy. `driftgate check` reports every problem at once, at its line and column. Looked for in this order: `--config`, `DRIFTGATE_CONFIG`, `./driftgate.yaml`, `./.driftgate/driftgate.yaml`.',
    'A duration is written as `30s`, `5m`, `1h30m` or `7d`. A secret is never written down, only where it is found: `{ env: NAME }` or `{ file: PATH }`. Editors complete and check the file with [driftgate.schema.json](driftgate.schema.json).',
    ...sections.flatMap(([name, schema]) => [
      `## ${name}`,
      ...(schema.description ? [`${capital(schema.description)}.`] : []),
      markdownTable(
        ['setting', 'what it is', 'default', 'meaning'],
        rowsOf(name, schema, root.required?.includes(name) ?? false),
      ),
    ]),
  )
}

function rowsOf(path: string, schema: Schema, required: boolean): string[][] {
  if (schema.oneOf) {
    return schema.oneOf.flatMap((one) => {
      const [, ...members] = rowsOf(path, one, false)
      return members.map(([setting = '', ...rest]) =>
        setting === code(`${path}.kind`)
          ? [setting, ...rest]
          : [`${setting}, ${code(String(one.properties?.['kind']?.const))}`, ...rest],
      )
    })
  }
  const nested = schema.properties ?? {}
  const own = [code(path), kindOf(schema), defaultOf(schema, required), schema.description ?? '']
  const children = Object.entries(nested).flatMap(([name, child]) =>
    rowsOf(`${path}.${name}`, child, schema.required?.includes(name) ?? false),
  )
  const values = schema.additionalProperties
  const entries = typeof values === 'object' ? rowsOf(`${path}.*`, values, false) : []
  const items = Object.entries(schema.items?.properties ?? {}).flatMap(([name, child]) =>
    rowsOf(`${path}[].${name}`, child, schema.items?.required?.includes(name) ?? false),
  )
  if (children.length === 0) return [own, ...items, ...entries]
  return path.includes('.') ? [own, ...children] : children
}

function kindOf(schema: Schema): string {
  if (schema.enum) return schema.enum.map((value) => code(String(value))).join(', ')
  if (schema.const !== undefined) return code(String(schema.const))
  const options = schema.anyOf ?? []
  if (options.some(({ type }) => type !== 'object')) return options.map(kindOf).join(' or ')
  if (options.length > 0) return 'secret'
  if (schema.type === 'array') return `list of ${schema.items?.type ?? 'value'}s`
  if (schema.type === 'object') return schema.properties ? 'section' : 'sections by name'
  if (schema.format === 'uri') return 'address'
  if (schema.format === 'date-time') return 'instant'
  if (typeof schema.type === 'object') return schema.type.join(' or ')
  return schema.type === 'integer' ? 'whole number' : (schema.type ?? 'text')
}

function defaultOf(schema: Schema, required: boolean): string {
  if (required) return '**required**'
  if (schema.default === undefined || schema.type === 'object') return ''
  return code(JSON.stringify(schema.default))
}
