const quote = 34
const lineFeed = 10
const carriageReturn = 13

/**
 * The fields of one CSV record (RFC 4180): fields in quotes may hold delimiters, line ends and doubled quotes. A line
 * end after the last field is no part of it. Throws an Error whose message, a clause, says why it is no record.
 */
export function csvFields(text: string, delimiter: string): string[] {
  const separator = delimiter.charCodeAt(0)
  const end = lengthOfLine(text)
  const fields: string[] = []
  let at = 0
  for (;;) {
    if (at < end && text.charCodeAt(at) === quote) {
      const close = closingQuote(text, at + 1, end)
      fields.push(text.slice(at + 1, close).replaceAll('""', '"'))
      at = close + 1
      if (at < end && text.charCodeAt(at) !== separator) {
        throw new Error('it has something after a closing quote')
      }
    } else {
      const from = at
      while (at < end && text.charCodeAt(at) !== separator) {
        const code = text.charCodeAt(at)
        if (code === lineFeed || code === carriageReturn) {
          throw new Error('it holds more than one line')
        }
        at++
      }
      fields.push(text.slice(from, at))
    }
    if (at >= end) return fields
    at++
  }
}

/** Without one line end, LF or CRLF. */
function lengthOfLine(text: string): number {
  if (!text.endsWith('\n')) return text.length
  return text.endsWith('\r\n') ? text.length - 2 : text.length - 1
}

function closingQuote(text: string, from: number, end: number): number {
  for (let at = from; ; at += 2) {
    at = text.indexOf('"', at)
    if (at < 0 || at >= end) throw new Error('it has a quote that is not closed')
    if (at + 1 >= end || text.charCodeAt(at + 1) !== quote) return at
  }
}
