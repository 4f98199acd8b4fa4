import { DriftgateError } from '../../contracts/errors.ts'
import type { Cell, RowSink } from './table.ts'

/**
 * Rows of JSON lines out of pieces of text: one object a line. A member of an object inside is the column
 * `outer.inner`; a list is passed over. Throws FILE_UNREADABLE with the line.
 */
export function jsonLinesReader(file: string, sink: RowSink) {
  const names: string[] = []
  const places = new Map<string, number>()
  const cells: Cell[] = []

  const put = (name: string, cell: Cell) => {
    let place = places.get(name)
    if (place === undefined) {
      place = names.push(name) - 1
      places.set(name, place)
    }
    cells[place] = cell
  }

  const spread = (prefix: string, value: object) => {
    for (const [key, member] of Object.entries(value)) {
      if (Array.isArray(member)) continue
      if (typeof member === 'object' && member !== null) spread(`${prefix}${key}.`, member)
      else put(prefix + key, member)
    }
  }

  const lines = jsonObjectsReader(file, (value) => {
    cells.fill(undefined)
    spread('', value)
    sink(names, cells)
  })
  return {
    add: lines.add,
    end(): readonly string[] {
      lines.end()
      return names
    },
  }
}

/** The objects of JSON lines as they are, out of pieces of text. Throws FILE_UNREADABLE with the line. */
export function jsonObjectsReader(file: string, sink: (value: object) => void) {
  let rest = ''
  let line = 0

  const read = (text: string) => {
    line++
    if (text.trim() === '') return
    const value = parse(text)
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw unreadable('it is not an object')
    }
    sink(value)
  }

  const parse = (text: string): unknown => {
    try {
      return JSON.parse(text)
    } catch (cause) {
      throw unreadable('it is not JSON', cause)
    }
  }

  const unreadable = (reason: string, cause?: unknown) =>
    new DriftgateError('FILE_UNREADABLE', { file, place: `, line ${line},`, reason }, { cause })

  return {
    add(piece: string): void {
      const lines = (rest + piece).split('\n')
      rest = lines.pop() as string
      for (const text of lines) read(text)
    },
    end(): readonly string[] {
      if (rest !== '') read(rest)
      return []
    },
  }
}
