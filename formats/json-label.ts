import type { z } from 'zod'
import type { labelSettings } from '../contracts/config.ts'
import type { RawRecord } from './format.ts'
import { isStorable, memberReader, parseObject, timeOf, timeProblem } from './json-value.ts'

export type LabelResult =
  | { readonly kind: 'label'; readonly id: string; readonly timeMs: number; readonly label: number }
  /** `field`: the part of the record that could not be read, where one is to blame. */
  | { readonly kind: 'bad'; readonly reason: string; readonly field?: string }

type LabelPaths = z.output<typeof labelSettings>['paths']

/** Prepares a decoder of labels, one JSON object a record; it never throws. */
export function labelDecoder(paths: LabelPaths): (record: RawRecord) => LabelResult {
  const at = (path: string) => memberReader(path.split('.'))
  const read = { id: at(paths.id), time: at(paths.time), label: at(paths.label) }
  return ({ value, timestampMs }) => {
    try {
      const parsed = parseObject(value)
      const id = read.id(parsed)
      if (typeof id !== 'string' && typeof id !== 'number') {
        return bad('it has no prediction id', paths.id)
      }
      if (!isStorable(String(id))) return bad('its prediction id is no short text', paths.id)
      const timeMs = timeOf(read.time(parsed))
      const wrongTime = timeProblem(timeMs, timestampMs)
      if (wrongTime !== null) return bad(wrongTime, paths.time)
      const label = read.label(parsed)
      if (typeof label !== 'number' && typeof label !== 'boolean') {
        return bad('it has no label', paths.label)
      }
      // JSON allows numbers that no double can hold.
      if (!Number.isFinite(Number(label))) return bad('its label is too large', paths.label)
      return { kind: 'label', id: String(id), timeMs, label: Number(label) }
    } catch (error) {
      return bad(error instanceof Error ? error.message : String(error))
    }
  }
}

const bad = (reason: string, field?: string): LabelResult => ({
  kind: 'bad',
  reason,
  ...(field !== undefined && { field }),
})
