import type { WindowWhy } from '../contracts/why.ts'
import { heading, page, paragraph, paragraphUnlessEmpty } from './page.ts'
import { element, escapeMarkup } from './svg.ts'
import { whyWords } from './why-words.ts'

/** Why something is as it is, as one page: what it is, then what is known of each of its windows. */
export function whyPage(
  title: string,
  sentences: readonly string[],
  windows: readonly WindowWhy[],
): string {
  return page(title, [
    heading(1, title),
    ...sentences.map((text) => paragraph(text)),
    ...windows.map(section),
  ])
}

function section(why: WindowWhy): string {
  const { title, by, reasons, suggests, rows } = whyWords(why)
  return element(
    'section',
    {},
    heading(2, title),
    paragraph(by, 'faint'),
    ...listOf(reasons),
    paragraphUnlessEmpty(suggests),
    ...(rows.length === 0 ? [] : [heading(3, 'Which rows'), ...listOf(rows)]),
  )
}

const listOf = (texts: readonly string[]): string[] =>
  texts.length === 0
    ? []
    : [element('ul', {}, ...texts.map((text) => element('li', {}, escapeMarkup(text))))]
