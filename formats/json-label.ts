import type { z } from 'zod'
import type { labelPaths } from '../contracts/label-settings.ts'
import type { RawRecord } from './format.ts'
import { memberReader, parseObject, textOf, timeOf, timeProblem } from './json-value.ts'

export type LabelResult =
  | {
      readonly kind: 'label'
      readonly id: string
      /** Event time of the label, milliseconds since 1970 UTC. */
      readonly timeMs: number
      /** A number, the name of a class, or null: what was said under the id holds no more. */
      readonly label: number | string | null
    }
  /** Well-formed, and for another model: counted, never a problem. */
  | { readonly kind: 'foreign' }
  /** `field`: the part of the record that could not be read, where one is to blame. */
  | { readonly kind: 'bad'; readonly reason: string; readonly field?: string }

type LabelPaths = z.output<typeof labelPaths>

/** Characters of the name of a class. */
const longestClass = 200

/**
 * Prepares a decoder of the labels of a model, one JSON object a record; it never throws. A record without a value
 * withdraws, at the broker's time, the label of the prediction that its key names, as a compacted topic has it.
 */
export function labelDecoder(paths: LabelPaths, model: string): (record: RawRecord) => LabelResult {
  const reader = (path: string) => memberReader(path.split('.'))
  const at = { id: reader(paths.id), time: reader(paths.time), label: reader(paths.label) }
  const withdrawnAt = paths.withdrawn === undefined ? null : reader(paths.withdrawn)
  const modelAt = paths.model === undefined ? null : reader(paths.model)
  return (record) => {
    const { value, timestampMs } = record
    try {
      if (value === null) return withdrawnByKey(record)
      const parsed = parseObject(value)
      if (modelAt !== null) {
        const named = modelAt(parsed)
        if (typeof named !== 'string') return bad('it names no model', paths.model)
        if (named !== model) return { kind: 'foreign' }
      }
      const id = at.id(parsed)
      if ((typeof id !== 'string' && typeof id !== 'number') || id === '') {
        return bad('it has no prediction id', paths.id)
      }
      const timeMs = timeOf(at.time(parsed))
      const wrongTime = timeProblem(timeMs, timestampMs)
      if (wrongTime !== null) return bad(wrongTime, paths.time)
      if (withdrawnAt !== null && withdrawnAt(parsed) === true) {
        return { kind: 'label', id: String(id), timeMs, label: null }
      }
      return labelOf(at.label(parsed), paths.label, (label) => ({
        ...{ kind: 'label', id: String(id), timeMs, label },
      }))
    } catch (error) {
      return bad(error instanceof Error ? error.message : String(error))
    }
  }
}

function labelOf(
  label: unknown,
  path: string,
  found: (label: number | string) => LabelResult,
): LabelResult {
  if (typeof label === 'string') {
    return label !== '' && label.length <= longestClass && isText(label)
      ? found(label)
      : bad('its label is no short text', path)
  }
  if (typeof label !== 'number' && typeof label !== 'boolean') return bad('it has no label', path)
  // JSON allows numbers that no double can hold.
  return Number.isFinite(Number(label)) ? found(Number(label)) : bad('its label is too large', path)
}

/** PostgreSQL has no NUL, and UTF-8 no lone surrogate. */
const isText = (text: string): boolean => !text.includes('\0') && text.isWellFormed()

function withdrawnByKey({ key, timestampMs }: RawRecord): LabelResult {
  const id = key === null || key === undefined ? '' : textOf(key)
  if (id === '') return bad('it has neither a value nor a key')
  if (timestampMs < 0) return bad('it has no value, and the log keeps no times')
  return { kind: 'label', id, timeMs: timestampMs, label: null }
}

const bad = (reason: string, field?: string): LabelResult => ({
  kind: 'bad',
  reason,
  ...(field !== undefined && { field }),
})
