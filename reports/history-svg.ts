import type { HistoryEntry } from '../contracts/api.ts'
import { titleOf, type VerdictName } from '../contracts/report.ts'
import { days, instant, short } from './numbers.ts'
import { heading, paragraph } from './page.ts'
import { element, escapeMarkup, label, picture, round } from './svg.ts'
import { type Role, states } from './vocabulary.ts'

const width = 480
const left = 12
const right = 468

interface Bar {
  readonly word: string
  readonly role: Role
  readonly sign: string
  /** Share of the strip's height, so that nothing hangs on the colour. */
  readonly height: number
  readonly hollow?: boolean
}

const drift: Bar = { word: 'drift', role: 'red', sign: '█', height: 1 }
const quiet: Bar = { word: 'no drift', role: 'green', sign: '▄', height: 0.4 }
const broken: Bar = { word: 'broken input', role: 'amber', sign: '▯', height: 1, hollow: true }
const unknown: Bar = { word: 'no verdict', role: 'grey', sign: '▫', height: 0.4, hollow: true }
const bars: Partial<Record<VerdictName, Bar>> = {
  DRIFT: drift,
  NO_DRIFT: quiet,
  DATA_QUALITY: broken,
}
const barOf = ({ verdict }: HistoryEntry): Bar => bars[verdict] ?? unknown

/** Every verdict of the past as one bar, in order of time. */
export function verdictsSection(windows: readonly HistoryEntry[]): string {
  if (windows.length === 0) return ''
  const counted = [drift, broken, quiet, unknown]
    .map((bar) => ({ bar, count: windows.filter((one) => barOf(one) === bar).length }))
    .filter(({ count }) => count > 0)
  const title = `${plural(windows.length, 'window')}: ${counted
    .map(({ bar, count }) => `${count} ${bar.word}`)
    .join(', ')}`
  return element(
    'section',
    {},
    heading(2, title),
    strip(windows.toReversed(), title),
    element(
      'p',
      { class: 'faint' },
      counted
        .map(({ bar }) => `${element('span', { class: bar.role }, bar.sign)} ${bar.word}`)
        .join(' · '),
    ),
  )
}

function strip(windows: readonly HistoryEntry[], title: string): string {
  const [top, bottom] = [4, 40]
  const step = Math.min(24, (right - left) / windows.length)
  const drawn = windows.map((one, i) => {
    const { role, height, hollow } = barOf(one)
    const tall = (bottom - top) * height
    const look = hollow
      ? { fill: 'none', stroke: 'currentColor', 'stroke-width': 1.5 }
      : { fill: 'currentColor' }
    const place = { x: left + i * step + step * 0.1, y: bottom - tall, width: step * 0.8 }
    return element(
      'rect',
      {
        class: role,
        x: round(place.x),
        y: round(place.y),
        width: round(place.width),
        height: round(tall),
        ...look,
      },
      element('title', {}, escapeMarkup(`${days(one.window)}, ${one.verdict}: ${one.headline}`)),
    )
  })
  return picture(
    { width, height: 60 },
    title,
    ...drawn,
    ...ends(windows, 56, left + step * windows.length),
  )
}

/** The effect of one feature in the windows of the past, beside the smallest that matters; empty for one window. */
export function effectOverTime(
  feature: { readonly feature: string; readonly segment?: string | undefined },
  windows: readonly HistoryEntry[],
): string {
  const name = titleOf(feature)
  const latest = windows.flatMap((one) => one.features).find((each) => titleOf(each) === name)
  // What another detector said is on another scale, and what stands against another reference is another effect.
  const points = windows.toReversed().map((one) => ({
    window: one.window,
    look: one.features.find(
      (each) =>
        titleOf(each) === name &&
        each.detector === latest?.detector &&
        each.reference === latest?.reference,
    ),
  }))
  const judged = points.flatMap(({ look, window }) => (look ? [{ ...look, window }] : []))
  if (judged.length < 2) return ''
  const drifted = judged.filter(({ state }) => state === 'drifted').length
  const largest = judged.reduce((best, one) => (one.effect > best.effect ? one : best))
  const title = `drifted in ${drifted} of ${plural(judged.length, 'window')}; largest effect ${short(largest.effect)} (${instant(largest.window.start)})`
  return paragraph(title, 'faint') + line(points, `${name} ${title}`)
}

type Look = HistoryEntry['features'][number]
interface Point {
  readonly window: HistoryEntry['window']
  readonly look: Look | undefined
}

function line(points: readonly Point[], title: string): string {
  const [top, bottom] = [16, 76]
  const judged = points.flatMap(({ look }) => (look ? [look] : []))
  const most =
    1.1 * Math.max(...judged.flatMap(({ effect, minimumEffect }) => [effect, minimumEffect]))
  const x = (i: number) => round(left + ((right - left) * (i + 0.5)) / points.length)
  const y = (value: number) => round(bottom - ((bottom - top) * value) / most)
  const path = (of: (look: Look) => number) =>
    points
      .map(({ look }, i) =>
        look === undefined
          ? ''
          : `${points[i - 1]?.look === undefined ? 'M' : 'L'}${x(i)} ${y(of(look))}`,
      )
      .join('')
  const threshold = judged.at(-1)?.minimumEffect ?? 0
  return picture(
    { width, height: 98 },
    title,
    element('line', {
      ...{ x1: left, x2: right, y1: bottom, y2: bottom },
      ...{ stroke: 'currentColor', 'stroke-opacity': 0.4 },
    }),
    element('path', {
      class: 'grey',
      d: path(({ minimumEffect }) => minimumEffect),
      ...{ fill: 'none', stroke: 'currentColor', 'stroke-dasharray': '5 4' },
    }),
    // On the left: what drifts now stands on the right.
    label(left, y(threshold) - 4, `${short(threshold)} matters`, { class: 'grey' }),
    element('path', {
      class: 'blue',
      d: path(({ effect }) => effect),
      ...{ fill: 'none', stroke: 'currentColor', 'stroke-width': 1.5 },
    }),
    ...points.flatMap(({ look, window }, i) =>
      look ? [dot(look, window, x(i), y(look.effect))] : [],
    ),
    ...ends(points, 94, right),
  )
}

/** A window that drifted is a diamond, any other a small disc. */
function dot(look: Look, window: Point['window'], x: number, y: number): string {
  const span = look.windows === 1 ? '' : ` over ${look.windows} windows`
  const words = `${days(window)}: effect ${short(look.effect)}${span}, ${states[look.state].word}`
  const name = element('title', {}, escapeMarkup(words))
  if (look.state === 'drifted') {
    const d = `M${x} ${round(y - 5)}L${round(x + 5)} ${y}L${x} ${round(y + 5)}L${round(x - 5)} ${y}Z`
    return element('path', { class: 'red', d }, name)
  }
  return element('circle', { class: 'blue', cx: x, cy: y, r: 2.5 }, name)
}

/** The first and the last day under a picture that ends at `end`. */
function ends(
  points: readonly { readonly window: HistoryEntry['window'] }[],
  y: number,
  end: number,
): string[] {
  const [first, last] = [points[0], points.at(-1)].map((point) =>
    (point as { window: HistoryEntry['window'] }).window.start.slice(0, 10),
  ) as [string, string]
  const faint = { 'fill-opacity': 0.75 }
  const room = end - left
  if (first === last || room < 150)
    return [label(left, y, first === last ? first : `${first} to ${last}`, faint)]
  return [label(left, y, first, faint), label(end, y, last, { ...faint, 'text-anchor': 'end' })]
}

const plural = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`
