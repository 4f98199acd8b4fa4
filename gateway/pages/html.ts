import { escapeMarkup } from '../../reports/svg.ts'

/** Markup that may be put into a page as it is. */
export class Html {
  readonly markup: string
  constructor(markup: string) {
    this.markup = markup
  }
}

type Part = Html | string | number | null | false | readonly Part[]

/** Markup from a template: every value is escaped unless it is markup itself; null and false are nothing. */
export const html = (strings: TemplateStringsArray, ...values: Part[]): Html =>
  new Html(
    strings.reduce((text, string, index) => text + toMarkup(values[index - 1] ?? null) + string),
  )

/** Markup that another room made and answers for. */
export const trusted = (markup: string): Html => new Html(markup)

function toMarkup(value: Part): string {
  if (value === null || value === false) return ''
  if (value instanceof Html) return value.markup
  if (Array.isArray(value)) return value.map(toMarkup).join('')
  return escapeMarkup(String(value))
}
