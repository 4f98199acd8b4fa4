/** A value put into SVG or HTML text or into an attribute: the one place where escaping happens. */
export function escapeMarkup(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;')
}

export type Attributes = Readonly<Record<string, string | number>>

/** One element; `children` are elements already made by this function, text goes through `label`. */
export function element(name: string, attributes: Attributes, ...children: string[]): string {
  const written = Object.entries(attributes)
    .map(([key, value]) => ` ${key}="${escapeMarkup(String(value))}"`)
    .join('')
  if (children.length === 0) return `<${name}${written}/>`
  return `<${name}${written}>${children.join('')}</${name}>`
}

/** A line of text at a place. */
export const label = (x: number, y: number, text: string, attributes: Attributes = {}): string =>
  element('text', { x: round(x), y: round(y), ...attributes }, escapeMarkup(text))

/** A rectangle with coordinates that do not depend on the last bits of a division. */
export const box = (
  place: { x: number; y: number; width: number; height: number },
  attributes: Attributes,
): string =>
  element('rect', {
    x: round(place.x),
    y: round(place.y),
    width: round(place.width),
    height: round(place.height),
    ...attributes,
  })

/** The whole picture: it says what it shows to those who cannot see it, and follows light and dark. */
export function picture(
  size: { width: number; height: number },
  title: string,
  ...children: string[]
): string {
  return element(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      viewBox: `0 0 ${size.width} ${size.height}`,
      width: size.width,
      height: size.height,
      role: 'img',
      'aria-label': title,
      'font-family': 'system-ui, sans-serif',
      'font-size': 12,
      fill: 'currentColor',
    },
    element('title', {}, escapeMarkup(title)),
    ...children,
  )
}

/** Reference in grey, current in one accent; both readable on white and on black. */
export const colours = {
  reference: '#8a8f98',
  current: '#2f81f7',
  drifted: '#d1242f',
  ok: '#1a7f37',
} as const

export const round = (value: number): number => Math.round(value * 100) / 100
