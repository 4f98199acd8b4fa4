import type { FeatureBinning } from '../contracts/binning.ts'
import { Unreadable } from './unreadable.ts'

const number = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i
const whole = /^-?\d+$/

/**
 * Prepares the reading of a raw value that is written as text: a number where numbers belong, milliseconds or
 * ISO 8601 for a time, a JSON list for an embedding. A text without a character is no value.
 */
export function textReader({
  name,
  kind,
  from,
}: Pick<FeatureBinning, 'name' | 'kind' | 'from'>): (text: string | undefined) => unknown {
  const read = (() => {
    if (from === undefined) return kind === 'numeric' ? numberOf : asIs
    if ('width' in from) return (text: string) => listOf(from.feature ?? name, text)
    return from.part === 'length' ? asIs : timeText
  })()
  return (text) => (text === undefined || text === '' ? undefined : read(text))
}

const asIs = (text: string): unknown => text

/** A text that is no number stays one, for the reader of rows to refuse or to know by its spelling. */
function numberOf(text: string): unknown {
  const trimmed = text.trim()
  return number.test(trimmed) ? Number(trimmed) : trimmed
}

/** Milliseconds since 1970 are digits alone. */
export const timeText = (text: string): unknown => (whole.test(text) ? Number(text) : text)

function listOf(feature: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new Unreadable(feature, 'holds no JSON list of numbers')
  }
}
