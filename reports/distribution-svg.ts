import { countedP } from '../contracts/counted-p.ts'
import type { FeatureReport } from '../contracts/report.ts'
import { lookName } from './look-name.ts'
import { count, probability, short } from './numbers.ts'
import { shares } from './sparkline.ts'
import { box, colours, element, label, picture } from './svg.ts'
import { states } from './vocabulary.ts'

const width = 480
const height = 190
const plot = { left: 12, top: 44, right: 468, bottom: 150 }

/** The finding in words: feature, state, effect against the smallest that matters. */
export function findingOf(feature: FeatureReport): string {
  const { primary, minimumEffect } = feature
  const relation = primary.effect > minimumEffect ? '>' : '≤'
  return `${lookName(feature)} ${states[feature.state].word}: effect ${short(primary.effect)} ${relation} ${short(minimumEffect)}`
}

/** Reference and current of one feature, overlaid as shares; the title states the finding. */
export function distributionSvg(feature: FeatureReport): string {
  return picture({ width, height }, accessibleName(feature), distributionBody(feature))
}

/** The drawing without its frame, to be placed in a larger picture. */
export function distributionBody(feature: FeatureReport): string {
  return [
    label(plot.left, 18, findingOf(feature), { 'font-weight': 600, 'font-size': 14 }),
    label(plot.left, 34, feature.sentence, { 'fill-opacity': 0.75 }),
    histogram(feature),
  ].join('')
}

/** The bars, their axis and legend alone, for a page that has the words beside them. */
export function histogramSvg(feature: FeatureReport): string {
  const above = plot.top - 6
  return picture(
    { width, height: height - above },
    accessibleName(feature),
    element('g', { transform: `translate(0 ${-above})` }, histogram(feature)),
  )
}

function histogram(feature: FeatureReport): string {
  const { labels, reference, current } = feature.distribution
  const { primary } = feature
  return [
    ...bars(reference, current),
    element('line', {
      x1: plot.left,
      x2: plot.right,
      y1: plot.bottom,
      y2: plot.bottom,
      stroke: 'currentColor',
      'stroke-opacity': 0.4,
    }),
    label(plot.left, 164, cut(labels[0] ?? ''), { 'fill-opacity': 0.75 }),
    label(plot.right, 164, cut(labels.at(-1) ?? ''), {
      'fill-opacity': 0.75,
      'text-anchor': 'end',
    }),
    ...legend(primary.n),
  ].join('')
}

/** Two labels share one line: a long one loses its end. */
function cut(text: string): string {
  const letters = [...text]
  return letters.length > 28 ? `${letters.slice(0, 27).join('')}…` : text
}

/** What the drawing shows, in words and with its numbers. */
export function accessibleName(feature: FeatureReport): string {
  const { primary } = feature
  return `${findingOf(feature)}, p ${probability(countedP(primary))}, ${count(primary.n.current)} rows against ${count(primary.n.reference)}`
}

/** Reference as filled bars, current as the outline above them, so that neither hides the other. */
function bars(reference: readonly number[], current: readonly number[]): string[] {
  const before = shares(reference)
  const now = shares(current)
  const top = Math.max(...before, ...now, Number.MIN_VALUE)
  const step = (plot.right - plot.left) / Math.max(1, before.length, now.length)
  const bar = (share: number, index: number) => {
    const tall = (share / top) * (plot.bottom - plot.top)
    return {
      x: plot.left + index * step + step * 0.06,
      y: plot.bottom - tall,
      width: step * 0.88,
      height: tall,
    }
  }
  return [
    ...before.map((share, index) =>
      box(bar(share, index), { fill: colours.reference, 'fill-opacity': 0.55 }),
    ),
    ...now.map((share, index) =>
      box(bar(share, index), {
        fill: colours.current,
        'fill-opacity': 0.25,
        stroke: colours.current,
        'stroke-width': 1.5,
      }),
    ),
  ]
}

function legend(n: { reference: number; current: number }): string[] {
  const entry = (x: number, colour: string, text: string) => [
    box({ x, y: 174, width: 10, height: 10 }, { fill: colour }),
    label(x + 15, 183, text),
  ]
  return [
    ...entry(plot.left, colours.reference, `reference, n ${count(n.reference)}`),
    ...entry(plot.left + 170, colours.current, `current, n ${count(n.current)}`),
  ]
}
