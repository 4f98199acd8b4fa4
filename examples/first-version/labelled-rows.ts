import type { ModelSettings } from '../../contracts/config.ts'
import { DriftgateError } from '../../contracts/errors.ts'
import { nearestWord } from '../../contracts/nearest-word.ts'
import type { FeatureValue } from '../../contracts/prediction.ts'
import { timeOf } from '../../formats/json-value.ts'
import { numericValue } from '../../profiles/index.ts'
import type { LabelledRow } from '../demo/stretches.ts'

type Features = ModelSettings['features']

/** What is wrong with a line, and what to do about it. */
class Fault extends Error {
  readonly fix: string
  constructor(reason: string, fix: string) {
    super(reason)
    this.fix = fix
  }
}

/**
 * Labelled rows from lines of JSON, in the order of event time, then id. Every line is looked at; a blank one is
 * passed over. Throws USAGE with the first fault, its line, what to do, and how many lines more are wrong.
 */
export function parseLabelledRows(
  lines: Iterable<string>,
  { file, features }: { file: string; features: Features },
): LabelledRow[] {
  const rows: LabelledRow[] = []
  const seen = new Map<string, number>()
  let first: { line: number; fault: Fault } | null = null
  let faults = 0
  let line = 0
  for (const text of lines) {
    line++
    if (text.trim() === '') continue
    try {
      const row = parseRow(text, features)
      const before = seen.get(row.id)
      if (before !== undefined) {
        throw new Fault(`the id "${row.id}" is that of line ${before}`, 'give each row its own id')
      }
      seen.set(row.id, line)
      rows.push(row)
    } catch (error) {
      if (!(error instanceof Fault)) throw error
      first ??= { line, fault: error }
      faults++
    }
  }
  if (first !== null) {
    const more = faults === 1 ? '' : ` (and ${faults - 1} more lines cannot be used)`
    const reason = `${file} line ${first.line}: ${first.fault.message}${more}`
    throw new DriftgateError('USAGE', { reason, fix: first.fault.fix })
  }
  checkTogether(rows, file, features)
  return rows.sort((left, right) => left.timeMs - right.timeMs || (left.id < right.id ? -1 : 1))
}

function parseRow(text: string, features: Features): LabelledRow {
  const { id, time, label, features: values } = parseLine(text)
  if (typeof id !== 'string' || id === '') {
    throw new Fault('"id" is no text', 'give each row an id of its own, as text')
  }
  const timeMs = typeof time === 'string' ? timeOf(time) : Number.NaN
  if (Number.isNaN(timeMs)) {
    throw new Fault('"time" is no time with a zone', 'write it as 2026-01-05T10:00:00Z')
  }
  if (label !== 0 && label !== 1) {
    throw new Fault(`"label" is ${JSON.stringify(label) ?? 'missing'}`, 'write 0 or 1')
  }
  if (!isSection(values)) throw new Fault('"features" is no object', 'write {"name": value, ...}')
  for (const [name, value] of Object.entries(values)) checkValue(name, value, features)
  return { id, timeMs, label, features: values as Record<string, FeatureValue> }
}

function parseLine(text: string): Record<string, unknown> {
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch {
    // What is no JSON is told like what is no object.
  }
  if (isSection(parsed)) return parsed
  throw new Fault(
    'it is no JSON object',
    'write one object a line: {"id", "time", "label", "features"}',
  )
}

function checkValue(name: string, value: unknown, features: Features): void {
  const feature = Object.hasOwn(features, name) ? features[name] : undefined
  if (feature === undefined) {
    const near = nearestWord(name, Object.keys(features))
    const fix = 'take it out of the rows, or add it to the features of the configuration'
    const hint = near === null ? '' : `did you mean "${near}"? otherwise `
    throw new Fault(`"${name}" is no feature of the model`, `${hint}${fix}`)
  }
  if (typeof value === 'object' && value !== null) {
    throw new Fault(`"${name}" is no single value`, 'write a number, a text, true, false or null')
  }
  if (feature.type === 'numeric' && numericValue(value as FeatureValue) === undefined) {
    throw new Fault(
      `"${name}" is numeric and holds ${JSON.stringify(value)}`,
      'write a number, or null where it is missing; or make the feature categorical',
    )
  }
}

/** What no single line shows. */
function checkTogether(rows: readonly LabelledRow[], file: string, features: Features): void {
  if (rows.length === 0) {
    throw new DriftgateError('USAGE', { reason: `${file} holds no row`, fix: 'write one a line' })
  }
  const labels = new Set(rows.map(({ label }) => label))
  if (labels.size === 1) {
    const reason = `all ${rows.length} rows of ${file} have the label ${rows[0]?.label}`
    throw new DriftgateError('USAGE', { reason, fix: 'a model learns from rows of both labels' })
  }
  for (const name of Object.keys(features)) {
    if (rows.some(({ features: values }) => Object.hasOwn(values, name))) continue
    const reason = `no row of ${file} has the feature "${name}"`
    const fix = 'add it to the rows, or take it out of the configuration'
    throw new DriftgateError('USAGE', { reason, fix })
  }
}

const isSection = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
