import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { measureAll } from '../bench/pictures/measure.ts'
import { pictureOf } from '../bench/pictures/svg.ts'
import { caption, finding } from '../bench/pictures/words.ts'
import { type Detector, detectors } from '../detectors/index.ts'

// Writes docs/detectors/pictures and the section of each page that shows one; names as arguments: these only. Seeded.
const folder = new URL('../docs/detectors/', import.meta.url)
const heading = '## False alarms and power'
const names = process.argv.slice(2)

const chosen = Object.values(detectors as Record<string, Detector>).filter(
  ({ name, role }) => role === 'test' && (names.length === 0 || names.includes(name)),
)
mkdirSync(new URL('pictures/', folder), { recursive: true })
for (const figures of measureAll(chosen, 1)) {
  const { detector } = figures
  writeFileSync(new URL(`pictures/${detector}.svg`, folder), pictureOf(figures))
  const page = new URL(`${detector}.md`, folder)
  const section = `${heading}\n\n![${finding(figures)}](pictures/${detector}.svg)\n\n${wrapped(caption(figures))}\n`
  writeFileSync(page, withSection(readFileSync(page, 'utf8'), section))
  console.log(`docs/detectors/pictures/${detector}.svg: ${finding(figures)}`)
}

/** The page with the section in the place of its old one, else before its example. */
function withSection(page: string, section: string): string {
  const parts = page.split(/^(?=## )/m).filter((part) => !part.startsWith(heading))
  const example = parts.findIndex((part) => part.startsWith('## Example'))
  parts.splice(example < 0 ? parts.length : example, 0, `${section}\n`)
  return parts.join('')
}

function wrapped(text: string, width = 118): string {
  const lines: string[] = []
  // A percentage stays on one line.
  for (const word of text.split(/ (?!%)/)) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + word.length < width)
      lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines.join('\n')
}
