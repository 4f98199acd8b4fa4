import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { adapters } from './adapters/index.ts'
import { differences } from './compare.ts'
import { materialise } from './series.ts'

export interface Outcome {
  readonly id: string
  readonly state: 'passed' | 'failed' | 'unknown'
  readonly reasons: readonly string[]
}

export interface FileOutcome {
  /** Name without its ending: the family. */
  readonly family: string
  readonly outcomes: readonly Outcome[]
}

interface Case {
  readonly id: string
  readonly method: string
  readonly input: unknown
  readonly input_check?: unknown
  readonly expected: unknown
}

const schema = 'driftgate-goldens/1'

/** Families of golden numbers in a folder: its JSON files that say so; others are passed over. */
export const familiesIn = (dir: string): string[] =>
  readdirSync(dir)
    .filter((file) => file.endsWith('.json'))
    .filter((file) => read(join(dir, file)).schema === schema)
    .map((file) => basename(file, '.json'))
    .sort()

/** Every case of one family. A method without an adapter is `unknown`; an adapter that throws has failed. */
export function runFamily(dir: string, family: string): FileOutcome {
  const file = join(dir, `${family}.json`)
  if (!existsSync(file)) throw new Error(`${file} does not exist`)
  return { family, outcomes: (read(file).cases ?? []).map((one) => runCase(one, dir)) }
}

function runCase({ id, method, input, input_check, expected }: Case, dir: string): Outcome {
  const adapter = Object.hasOwn(adapters, method) ? adapters[method] : undefined
  if (adapter === undefined) {
    return { id, state: 'unknown', reasons: [`no adapter for the method ${method}`] }
  }
  try {
    const made = materialise(input, input_check)
    const reasons = differences(adapter, made, adapter.compute(made, { dir }), expected)
    return { id, state: reasons.length === 0 ? 'passed' : 'failed', reasons }
  } catch (error) {
    const reason = error instanceof Error ? (error.stack ?? error.message) : String(error)
    return { id, state: 'failed', reasons: [reason.split('\n').slice(0, 3).join(' ')] }
  }
}

const read = (file: string) =>
  JSON.parse(readFileSync(file, 'utf8')) as { schema?: string; cases?: readonly Case[] }
