import type { BacktestConfiguration, BacktestResult } from '../contracts/backtest.ts'
import { eventsOf, figuresOf } from './backtest-text.ts'
import { backtestTitle, findingOf, markOf, marks } from './backtest-words.ts'
import { days, instant, span } from './numbers.ts'
import { heading, page, paragraph } from './page.ts'
import { element, escapeMarkup, label, picture, round } from './svg.ts'

/** A backtest as a page of its own: the finding, one strip for each configuration, the figures side by side. */
export function backtestPage(result: BacktestResult): string {
  const { configurations, source, reference, window, assumptions } = result
  const title = backtestTitle(result)
  const from = source.kind === 'log' ? source.name : `what is stored at ${source.name}`
  return page(title, [
    heading(1, title),
    paragraph(`${span(window)}, from ${from}, against ${reference}`, 'faint'),
    figures(configurations),
    ...configurations.map(section),
    ...assumptions.map((each) => paragraph(`Taken for granted: ${each}.`, 'faint')),
  ])
}

function figures(configurations: readonly BacktestConfiguration[]): string {
  const cell = (text: string) => element('td', { style: 'white-space: normal' }, escapeMarkup(text))
  const head = ['', ...configurations.map(({ name }) => name)].map((text) =>
    element('th', { scope: 'col', style: 'text-align: left' }, escapeMarkup(text)),
  )
  const rows = figuresOf(configurations).map(([name, cells]) =>
    element(
      'tr',
      {},
      element('th', { scope: 'row', style: 'overflow-wrap: break-word' }, escapeMarkup(name)),
      ...cells.map(cell),
    ),
  )
  return element(
    'table',
    {},
    element('thead', {}, element('tr', {}, ...head)),
    element('tbody', {}, ...rows),
  )
}

function section(one: BacktestConfiguration): string {
  const finding = findingOf(one)
  const events = eventsOf(one).map(({ at, text }) =>
    element('li', {}, escapeMarkup(`${instant(at)}: ${text}`)),
  )
  const signs = marks.map(
    ({ role, sign, word }) => `${element('span', { class: role }, sign)} ${word}`,
  )
  return element(
    'section',
    {},
    heading(2, `${one.name}: ${finding}`),
    strip(one, finding),
    element('p', { class: 'faint' }, [...signs, '▼ known change', '◆ retraining'].join(' · ')),
    events.length === 0 ? paragraph('Nothing would have happened.') : element('ul', {}, ...events),
  )
}

const width = 480
const [left, right] = [4, 476]
/** More bars than this are not told apart: the worst of the windows in one place is drawn. */
const mostBars = 236

/** Every verdict as one bar in order of time, an arrow over each known change, a diamond under each retraining. */
function strip({ windows, changes, retrainings }: BacktestConfiguration, title: string): string {
  const [top, bottom] = [18, 58]
  const each = Math.max(1, Math.ceil(windows.length / mostBars))
  const bars = Math.ceil(windows.length / each)
  const step = Math.min(24, (right - left) / bars)
  const drawn = Array.from({ length: bars }, (_, i) => {
    const here = windows.slice(i * each, (i + 1) * each)
    const worst = here.toSorted(
      (one, other) => marks.indexOf(markOf(one.verdict)) - marks.indexOf(markOf(other.verdict)),
    )[0]
    if (worst === undefined) return ''
    const { role, height, hollow } = markOf(worst.verdict)
    const tall = (bottom - top) * height
    const look = hollow
      ? { fill: 'none', stroke: 'currentColor', 'stroke-width': Math.min(1.5, step * 0.3) }
      : { fill: 'currentColor' }
    const words = `${days(worst.window)}, ${worst.verdict}: ${worst.headline}`
    return element(
      'rect',
      {
        class: role,
        x: round(left + i * step + step * 0.1),
        y: round(bottom - tall),
        width: round(step * 0.8),
        height: round(tall),
        ...look,
      },
      element('title', {}, escapeMarkup(words)),
    )
  })
  const middle = (index: number) => round(left + (Math.floor(index / each) + 0.5) * step)
  const arrows = changes.flatMap(({ at, name }) => {
    const index = windows.findIndex(({ window }) => Date.parse(window.end) > Date.parse(at))
    if (index < 0) return []
    const x = middle(index)
    const d = `M${round(x - 6)} 4L${round(x + 6)} 4L${x} 14Z`
    return [element('path', { d, fill: 'currentColor' }, element('title', {}, escapeMarkup(name)))]
  })
  const diamonds = retrainings.flatMap(({ at }) => {
    const index = windows.findLastIndex(({ window }) => Date.parse(window.end) <= Date.parse(at))
    if (index < 0) return []
    const x = middle(index)
    const d = `M${x} 61L${round(x + 5)} 66L${x} 71L${round(x - 5)} 66Z`
    const name = element('title', {}, escapeMarkup(`retraining, ${instant(at)}`))
    return [element('path', { class: 'blue', d, fill: 'currentColor' }, name)]
  })
  const faint = { 'fill-opacity': 0.75 }
  const [first, last] = [windows[0], windows.at(-1)].map((one) => one?.window.start.slice(0, 10))
  const end = left + step * bars
  const ends =
    end - left < 190
      ? [label(left, 88, `${first} to ${last}`, faint)]
      : [
          label(left, 88, first ?? '', faint),
          label(end, 88, last ?? '', { ...faint, 'text-anchor': 'end' }),
        ]
  return picture({ width, height: 94 }, title, ...arrows, ...drawn, ...diamonds, ...ends)
}
