import { DriftgateError } from '../../contracts/errors.ts'
import type { Cell, RowSink } from './table.ts'

const quote = 34
const lineFeed = 10
const carriageReturn = 13
/** A record longer than this is a quote that was never closed. In UTF-16 units. */
const longestRecord = 1 << 24

/**
 * Rows of CSV (RFC 4180) out of pieces of text: quotes, doubled quotes and line ends inside them, LF or CRLF. The
 * delimiter is the one of comma, semicolon and tab that the header holds most often. Columns without a name are
 * left out. Throws FILE_UNREADABLE with the line.
 */
export function csvReader(file: string, sink: RowSink) {
  let rest = ''
  let delimiter = 0
  let names: string[] = []
  let kept: number[] = []
  let width = 0
  let line = 1
  const cells: Cell[] = []
  let fields: string[] = []

  const fail = (reason: string, at = line): never => {
    throw new DriftgateError('FILE_UNREADABLE', { file, place: `, line ${at},`, reason })
  }

  const header = () => {
    kept = [...fields.keys()].filter((index) => fields[index] !== '')
    names = kept.map((index) => (fields[index] as string).trim())
    const twice = names.find((name, index) => names.indexOf(name) !== index)
    if (twice !== undefined) fail(`two columns are named "${twice}"`)
    width = fields.length
  }

  const record = () => {
    if (width === 0) return header()
    // A line with nothing on it is no row, unless a row is one field that may be empty.
    if (fields.length === 1 && fields[0] === '' && width > 1) return
    if (fields.length !== width) fail(`it has ${fields.length} fields, the header has ${width}`)
    for (let i = 0; i < kept.length; i++) cells[i] = fields[kept[i] as number]
    sink(names, cells)
  }

  /** Reads every complete record of `text`; returns where the first incomplete one begins. */
  const consume = (text: string, last: boolean): number => {
    let begin = 0
    let at = 0
    let lines = 0
    fields = []
    while (at < text.length) {
      let field: string
      if (text.charCodeAt(at) === quote) {
        let end = at + 1
        for (;;) {
          end = text.indexOf('"', end)
          if (end < 0) return last ? fail('a quote is not closed') : begin
          if (text.charCodeAt(end + 1) !== quote) break
          end += 2
        }
        // The next piece may begin with the second of two quotes.
        if (end + 1 === text.length && !last) return begin
        field = text.slice(at + 1, end)
        for (let i = field.indexOf('\n'); i >= 0; i = field.indexOf('\n', i + 1)) lines++
        if (field.includes('"')) field = field.replaceAll('""', '"')
        at = end + 1
        const next = text.charCodeAt(at)
        if (
          at < text.length &&
          next !== delimiter &&
          next !== lineFeed &&
          next !== carriageReturn
        ) {
          fail('something follows a closing quote', line + lines)
        }
      } else {
        const from = at
        let code = text.charCodeAt(at)
        while (at < text.length && code !== delimiter && code !== lineFeed)
          code = text.charCodeAt(++at)
        const end =
          code !== delimiter && at > from && text.charCodeAt(at - 1) === carriageReturn
            ? at - 1
            : at
        field = text.slice(from, end)
      }
      if (text.charCodeAt(at) === carriageReturn) at++
      if (at >= text.length) {
        if (!last) return begin
        fields.push(field)
        record()
        return text.length
      }
      fields.push(field)
      const code = text.charCodeAt(at++)
      if (code === lineFeed) {
        record()
        line += lines + 1
        lines = 0
        fields = []
        begin = at
      } else if (code !== delimiter) {
        fail('a carriage return stands inside a line', line + lines)
      } else if (at === text.length && last) {
        fields.push('')
        record()
        return at
      }
    }
    return begin
  }

  return {
    add(piece: string): void {
      const text = rest + piece
      if (delimiter === 0) {
        if (!text.includes('\n') && text.length < longestRecord) {
          rest = text
          return
        }
        delimiter = delimiterOf(text)
      }
      rest = text.slice(consume(text, false))
      if (rest.length > longestRecord) fail('a quote is not closed, or the line has no end')
    },
    /** The names of the columns, which a file without rows has too. */
    end(): readonly string[] {
      if (delimiter === 0) delimiter = delimiterOf(rest)
      consume(rest, true)
      if (width === 0) fail('it is empty: a line with the names of the columns is needed')
      return names
    },
  }
}

/** The code of the delimiter that the first line holds most often outside quotes. */
function delimiterOf(text: string): number {
  const head = /^(?:"(?:[^"]|"")*"|[^"\n])*/.exec(text)?.[0].replace(/"(?:[^"]|"")*"/g, '') ?? ''
  const times = (letter: string) => head.split(letter).length - 1
  const [best] = [',', ';', '\t'].toSorted((left, right) => times(right) - times(left)) as [string]
  return best.charCodeAt(0)
}
