import { element, escapeMarkup, label, round } from '../../reports/svg.ts'
import type { Achieved, Figures, Power } from './measure.ts'
import { finding, percent } from './words.ts'

const size = { width: 720, height: 330 }
const panel = { top: 84, bottom: 272, left: 64, right: 330 }
const second = 372

const style = `.i{fill:#1f2328}.f{fill:#59636e}.r{stroke:#d1d9e0;fill:none}.d{stroke:#8a8f98;stroke-dasharray:4 4}
.a{stroke:#0969da;fill:none;stroke-width:2}.p{fill:#0969da}.b{stroke:#bc4c00;fill:none;stroke-width:2}.q{fill:#bc4c00}.z{fill:#8a8f98;fill-opacity:.25}
@media (prefers-color-scheme: dark){.i{fill:#e6edf3}.f{fill:#9198a1}.r{stroke:#3d444d}.a{stroke:#4493f8}.p{fill:#4493f8}.b{stroke:#f0883e}.q{fill:#f0883e}}`

/** The picture of a page: false alarms beside power, of the definition it says in `data-definition`. */
export function pictureOf(figures: Figures): string {
  const title = `${figures.title}: ${finding(figures)}`
  return `${element(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      viewBox: `0 0 ${size.width} ${size.height}`,
      width: size.width,
      height: size.height,
      role: 'img',
      'aria-label': title,
      'font-family': 'system-ui, sans-serif',
      'font-size': 13,
      'data-detector': figures.detector,
      'data-definition': figures.definition,
    },
    element('title', {}, escapeMarkup(title)),
    element('style', {}, style),
    label(12, 24, figures.title, { class: 'i', 'font-size': 16, 'font-weight': 700 }),
    label(12, 46, finding(figures), { class: 'i' }),
    alarms(figures.achieved),
    power(figures.power),
  )}\n`
}

type Scale = (value: number) => number

const line = (from: readonly [number, number], to: readonly [number, number], kind: string) =>
  element('line', {
    class: kind,
    x1: round(from[0]),
    y1: round(from[1]),
    x2: round(to[0]),
    y2: round(to[1]),
  })

/** Achieved over nominal rate, both on logarithmic axes; the band is where 99 % of valid tests lie. */
function alarms(achieved: readonly Achieved[]): string {
  const levels = [0.0001, 0.001, 0.01, 0.1]
  const scale =
    (from: number, to: number): Scale =>
    (rate) =>
      from + ((to - from) * (Math.log10(Math.max(rate, 0.0001)) + 4)) / 3.2
  const x = scale(panel.left, panel.right)
  const y = scale(panel.bottom, panel.top)
  const band = [
    ...achieved.map(({ level, high }) => [x(level), y(high)] as const),
    ...achieved.toReversed().map(({ level, low }) => [x(level), y(low)] as const),
  ]
  return [
    label(panel.left, 74, 'false alarms without any change', { class: 'f' }),
    ...levels.flatMap((level) => [
      line([panel.left, y(level)], [panel.right, y(level)], 'r'),
      label(panel.left - 6, y(level) + 4, percent(level), { class: 'f', 'text-anchor': 'end' }),
      label(x(level), panel.bottom + 18, percent(level), { class: 'f', 'text-anchor': 'middle' }),
    ]),
    element('polygon', { class: 'z', points: pointsOf(band) }),
    line([x(0.0001), y(0.0001)], [x(0.15), y(0.15)], 'd'),
    ...achieved.map(({ level, rate }) =>
      element('circle', { class: 'p', cx: round(x(level)), cy: round(y(rate)), r: 4.5 }),
    ),
    label((panel.left + panel.right) / 2, panel.bottom + 38, 'level', {
      class: 'f',
      'text-anchor': 'middle',
    }),
  ].join('')
}

/** The share of windows that are found over how far they changed. */
function power(powers: readonly Power[]): string {
  const [first] = powers
  const last = first?.change.amounts.at(-1) ?? 1
  const left = second + 44
  const right = size.width - 20
  const x: Scale = (amount) => left + ((right - left) * amount) / last
  const y: Scale = (share) => panel.bottom - (panel.bottom - panel.top) * share
  const ticks = [0, last / 3, (2 * last) / 3, last]
  const text = (amount: number) => first?.change.amountText(amount) ?? ''
  return [
    label(left, 74, 'windows found at 0.1 %', { class: 'f' }),
    ...[0, 0.5, 0.8, 1].flatMap((share) => [
      line([left, y(share)], [right, y(share)], share === 0.8 ? 'd' : 'r'),
      label(left - 6, y(share) + 4, percent(share), { class: 'f', 'text-anchor': 'end' }),
    ]),
    ...ticks.map((amount) =>
      label(x(amount), panel.bottom + 18, text(amount), { class: 'f', 'text-anchor': 'middle' }),
    ),
    ...powers.flatMap(({ change: { amounts }, found }, i) => [
      element('polyline', {
        class: i === 0 ? 'a' : 'b',
        points: pointsOf(amounts.map((amount, k) => [x(amount), y(found[k] as number)] as const)),
      }),
    ]),
    ...legend(powers, left),
  ].join('')
}

function legend(powers: readonly Power[], left: number): string[] {
  let at = left
  return powers.flatMap(({ change: { name } }, i) => {
    const here = at
    at += 40 + 7 * name.length
    const y = panel.bottom + 38
    return [
      line([here, y - 4], [here + 18, y - 4], i === 0 ? 'a' : 'b'),
      label(here + 24, y, name, { class: 'f' }),
    ]
  })
}

const pointsOf = (points: readonly (readonly [number, number])[]): string =>
  points.map(([px, py]) => `${round(px)},${round(py)}`).join(' ')
