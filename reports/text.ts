/** Text wrapped at spaces to lines of at most `width` characters; `indent` before each but the first. */
export function wrap(text: string, width: number, indent = ''): string {
  const lines: string[] = []
  let line = /^\s*/.exec(text)?.[0] ?? ''
  for (const word of text.split(/\s+/).filter(Boolean)) {
    const candidate = line.trim() === '' ? `${line}${word}` : `${line} ${word}`
    if ([...candidate].length > width && line.trim() !== '') {
      lines.push(line)
      line = indent + word
    } else {
      line = candidate
    }
  }
  return [...lines, line].join('\n')
}

/** Exactly `width` characters: cut with an ellipsis, or padded. */
export function fit(text: string, width: number, unicode: boolean): string {
  const letters = [...text]
  if (letters.length <= width) return text + ' '.repeat(width - letters.length)
  const ellipsis = unicode ? '…' : '~'
  return letters.slice(0, width - 1).join('') + ellipsis
}

/** Unicode punctuation of a sentence as ASCII, for a terminal that lacks it. */
export function plainText(text: string, unicode: boolean): string {
  if (unicode) return text
  return text
    .replaceAll('→', '->')
    .replaceAll('≥', '>=')
    .replaceAll('≤', '<=')
    .replaceAll('·', '-')
    .replaceAll('…', '...')
}
