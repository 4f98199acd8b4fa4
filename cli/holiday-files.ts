import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { isMap, isScalar, parseDocument, type Scalar, type YAMLMap } from 'yaml'
import { DriftgateError } from '../contracts/errors.ts'

/**
 * The text of a configuration with the dates of every file of holidays in place of its name, on the same line, so that
 * every place in the text stays where it is. A file has one date a line; what follows `#` is a remark. Paths begin in
 * `folder`. Throws CONFIG_FILE_UNREADABLE.
 */
export function withHolidays(text: string, folder: string): string {
  if (!text.includes('holidays')) return text
  let written = text
  // From the end, so that a replacement moves no place that is still needed.
  for (const { value, range } of filesIn(text).toReversed()) {
    const [from, to] = range as [number, number, number]
    const dates = JSON.stringify(datesOf(value, folder))
    written = written.slice(0, from) + dates + written.slice(to)
  }
  return written
}

function filesIn(text: string): Scalar<string>[] {
  const document = parseDocument(text, { prettyErrors: false, merge: true })
  const models = document.get('models')
  return sections(models)
    .flatMap((model) => sections(model.get('references')))
    .flatMap((reference) => {
      const holidays = reference.get('holidays', true)
      return isScalar(holidays) && typeof holidays.value === 'string' && holidays.range
        ? [holidays as Scalar<string>]
        : []
    })
}

const sections = (of: unknown): YAMLMap[] =>
  isMap(of) ? of.items.flatMap(({ value }) => (isMap(value) ? [value] : [])) : []

function datesOf(file: string, folder: string): string[] {
  const path = resolve(folder, file)
  try {
    return readFileSync(path, 'utf8')
      .split(/\r?\n/)
      .map((line) => line.replace(/#.*/, '').trim())
      .filter((line) => line !== '')
  } catch (cause) {
    throw new DriftgateError('CONFIG_FILE_UNREADABLE', { file: path, name: 'holidays' }, { cause })
  }
}
