import type { z } from 'zod'
import { suggestion } from './nearest-word.ts'
import type { Finding } from './settings-problem.ts'

type Path = readonly (string | number)[]

/** What zod found, in our words: one finding per mistake, unknown keys each on their own. */
export function findingsOf(issue: z.core.$ZodIssue, schema: z.ZodType): Finding[] {
  const path = issue.path.map((step) => (typeof step === 'symbol' ? String(step) : step))
  switch (issue.code) {
    case 'unrecognized_keys': {
      const known = keysAt(schema, path)
      return issue.keys.map((key) =>
        withHelp({ path: [...path, key], message: `unknown key "${key}"`, atKey: true }, [
          suggestion(key, known),
        ]),
      )
    }
    case 'invalid_type':
      return [
        issue.input === undefined && !issue.message.includes('NaN')
          ? { path, message: `"${path.at(-1)}" is missing: expected ${article(issue.expected)}` }
          : { path, message: `expected ${article(issue.expected)}, found ${kindOf(issue.input)}` },
      ]
    case 'invalid_value':
      return [oneOf(path, issue.values.map(String), issue.input)]
    case 'invalid_union': {
      if (issue.discriminator !== undefined && 'options' in issue) {
        const written = (issue.input as Record<string, unknown> | undefined)?.[issue.discriminator]
        return [oneOf(path, (issue.options as readonly unknown[]).map(String), written)]
      }
      const [option, nested] = chosen(issue, definitionAt(schema, path)?.options ?? [])
      if (option && nested) {
        return nested
          .flatMap((each) => findingsOf(each, option))
          .map((finding) => ({ ...finding, path: [...path, ...finding.path] }))
      }
      const forms = formsAt(schema, path)
      return [{ path, message: forms ? `expected ${forms}` : issue.message }]
    }
    case 'invalid_key':
      return [{ path, message: issue.issues[0]?.message ?? issue.message, atKey: true }]
    default:
      return [{ path, message: lowerFirst(issue.message) }]
  }
}

function oneOf(path: Path, values: readonly string[], input: unknown): Finding {
  const expected = `${values.length > 1 ? 'one of ' : ''}${values.map((value) => `"${value}"`).join(', ')}`
  return withHelp({ path, message: `expected ${expected}` }, [suggestionFor(input, values)])
}

/** The one form of several that whoever wrote this had in mind, and what is wrong with it: a word, or a section. */
function chosen(
  { input, errors }: z.core.$ZodIssueInvalidUnion,
  options: readonly z.ZodType[],
): [] | [z.ZodType, readonly z.core.$ZodIssue[]] {
  const isSection = typeof input === 'object' && input !== null && !Array.isArray(input)
  const wanted = typeof input === 'string' ? 'enum' : isSection ? 'object' : null
  const fitting = options.filter((option) => definition(option).type === wanted)
  const words = options.some((option) => definition(option).type === 'enum')
  const [only] = fitting
  if (only === undefined || fitting.length > 1 || !words) return []
  return [only, errors[options.indexOf(only)] ?? []]
}

function withHelp(finding: Finding, help: readonly (string | undefined)[]): Finding {
  const [first] = help.filter((each) => each !== undefined)
  return first === undefined ? finding : { ...finding, help: first }
}

const suggestionFor = (input: unknown, values: readonly string[]) =>
  typeof input === 'string' && values.length > 1 ? suggestion(input, values) : undefined

const lowerFirst = (text: string) => text.charAt(0).toLowerCase() + text.slice(1)

function article(expected: string): string {
  if (expected === 'object' || expected === 'record') return 'a section of keys and values'
  if (expected === 'array') return 'a list'
  return expected === 'int' ? 'a whole number' : `a ${expected}`
}

function kindOf(input: unknown): string {
  if (input === null) return 'nothing'
  if (Array.isArray(input)) return 'a list'
  if (typeof input === 'object') return 'a section of keys and values'
  return `a ${typeof input}`
}

/** The keys that a section may have. */
function keysAt(schema: z.ZodType, path: Path): string[] {
  const definition = definitionAt(schema, path)
  return definition?.type === 'object' ? Object.keys(definition.shape ?? {}) : []
}

/** "{ env: ... } or { file: ... }" for a choice between sections. */
function formsAt(schema: z.ZodType, path: Path): string | null {
  const options = definitionAt(schema, path)?.options
  if (!options) return null
  return options
    .map((option) => `{ ${Object.keys(definition(option).shape ?? {}).join(', ')}: ... }`)
    .join(' or ')
}

/** The parts of zod's own description that this file walks. */
interface Definition {
  readonly type: string
  readonly shape?: Record<string, z.ZodType>
  readonly valueType?: z.ZodType
  readonly element?: z.ZodType
  readonly innerType?: z.ZodType
  readonly options?: readonly z.ZodType[]
}

const definition = (schema: z.ZodType): Definition => schema.def as unknown as Definition

function definitionAt(schema: z.ZodType, path: Path): Definition | null {
  let current = unwrap(schema)
  for (const step of path) {
    const next = current.shape?.[String(step)] ?? current.valueType ?? current.element
    if (!next) return null
    current = unwrap(next)
  }
  return current
}

/** Through optional, default and prefault to what is inside. */
function unwrap(schema: z.ZodType): Definition {
  let current = definition(schema)
  while (current.innerType) current = definition(current.innerType)
  return current
}
