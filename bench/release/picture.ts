import { box, element, escapeMarkup, label, round } from '../../reports/svg.ts'
import type { Outcome, Simulation } from './simulate.ts'

const size = { width: 720, row: 19, left: 150, bar: 190, gap: 6 }

const style = `.i{fill:#1f2328}.f{fill:#59636e}.r{fill:#d1d9e0}.p{fill:#0969da}.b{fill:#bc4c00}
@media (prefers-color-scheme: dark){.i{fill:#e6edf3}.f{fill:#9198a1}.r{fill:#3d444d}.p{fill:#4493f8}.b{fill:#f0883e}}`

/** For every candidate and way: the share that was stopped as a bar, and in words how long that took. */
export function releasePicture(outcomes: readonly Outcome[], simulation: Simulation): string {
  const names = [...new Set(outcomes.map(({ candidate }) => candidate))]
  const ways = [...new Set(outcomes.map(({ way }) => way))]
  const block = ways.length * size.row + size.gap
  const height = 78 + names.length * block
  const title = `Candidates that were stopped within ${simulation.minutes} minutes, by a sequential test and by fixed thresholds`
  return `${element(
    'svg',
    {
      ...{ xmlns: 'http://www.w3.org/2000/svg', viewBox: `0 0 ${size.width} ${height}` },
      ...{ width: size.width, height, role: 'img', 'aria-label': title },
      ...{ 'font-family': 'system-ui, sans-serif', 'font-size': 13 },
    },
    element('title', {}, escapeMarkup(title)),
    element('style', {}, style),
    label(12, 24, title, { class: 'i', 'font-size': 14, 'font-weight': 700 }),
    label(
      12,
      44,
      `${simulation.perMinute} requests a minute, ${simulation.percent} % to the candidate, ${simulation.runs} runs each`,
      { class: 'f' },
    ),
    ...names.map((name, i) =>
      blockOf(
        outcomes.filter(({ candidate }) => candidate === name),
        64 + i * block,
      ),
    ),
  )}\n`
}

function blockOf(outcomes: readonly Outcome[], top: number): string {
  return outcomes
    .map(({ candidate, bad, way, stopped, minutes }, i) => {
      const y = top + i * size.row
      const width = size.bar * stopped
      const at = { x: size.left + 140, y, width: size.bar, height: size.row - 5 }
      const when = minutes === null ? '' : `, half of them in ${minutes} min`
      return [
        i === 0 ? label(12, y + 12, candidate, { class: 'i', 'font-weight': 700 }) : '',
        label(size.left, y + 12, way, { class: 'f' }),
        box(at, { class: 'r' }),
        box({ ...at, width: round(width) }, { class: bad ? 'p' : 'b' }),
        label(at.x + size.bar + 8, y + 12, `${round(100 * stopped)} %${when}`, { class: 'i' }),
      ].join('')
    })
    .join('')
}
