import type { Replay } from '../contracts/replay.ts'
import { count, short } from './numbers.ts'
import { sparkline } from './sparkline.ts'
import { type Canvas, stateLabel } from './vocabulary.ts'

const rowsShown = 20

/** Where a detector alarmed over a file: a sentence, the course of the means with a mark per alarm, and a table. */
export function replayText(found: Replay, canvas: Canvas): string {
  const { file, column, title, detector, values, leftOut, alarms } = found
  const state = stateLabel(alarms.length > 0 ? 'drifted' : 'ok', canvas)
  const left = leftOut === 0 ? '' : `, ${count(leftOut)} rows without a value left out`
  return [
    `${state}  ${alarmsOf(alarms.length)} of ${title} (${detector}) over ${column} of ${file}`,
    `${count(values)} values${left}, mean ${short(found.mean)}`,
    promise(found),
    '',
    ...picture(found, canvas),
    ...(alarms.length === 0 ? [] : ['', ...table(found)]),
  ].join('\n')
}

const alarmsOf = (n: number) =>
  n === 0 ? 'no alarm' : n === 1 ? 'one alarm' : `${count(n)} alarms`

function promise({ falseAlarms, values }: Replay): string {
  if (falseAlarms === undefined) {
    return 'how often it would alarm without a change is not known: --false-alarm-every sets that'
  }
  const { achieved, by, estimatedFrom } = falseAlarms
  const from = estimatedFrom === null ? '' : `, allowing for ${count(estimatedFrom)} rows`
  const expected = short(values / achieved)
  return `without a change one alarm in ${count(achieved)} values (${by}${from}): ${expected} to expect here`
}

function picture({ means, stretch, alarms, values, leftOut }: Replay, canvas: Canvas): string[] {
  const low = Math.min(...means)
  const high = Math.max(...means)
  const room = Math.max(10, canvas.width - 2)
  const width = Math.ceil(means.length / Math.ceil(means.length / room))
  const size = Math.ceil(means.length / width)
  const folded = Array.from({ length: Math.ceil(means.length / size) }, (_, i) => {
    const part = means.slice(i * size, (i + 1) * size)
    return part.reduce((sum, value) => sum + value, 0) / part.length
  })
  // The lowest stretch keeps a bar: a blank would say that there is nothing.
  const bars = folded.map((value) => (high > low ? (value - low) / (high - low) + 0.1 : 1))
  const rows = values + leftOut
  const marks = new Array<string>(folded.length).fill(' ')
  for (const { row } of alarms) {
    marks[Math.min(folded.length - 1, Math.floor(((row - 1) / rows) * folded.length))] =
      canvas.unicode ? '▲' : '^'
  }
  return [
    sparkline(bars, canvas),
    canvas.paint('red', marks.join('').trimEnd()),
    `means of ${count(stretch * size)} values, from ${short(low)} to ${short(high)}`,
  ]
}

function table({ alarms }: Replay): string[] {
  const cells = [
    ['row', 'values since', 'their mean', 'last 100'],
    ...alarms
      .slice(0, rowsShown)
      .map(({ row, after, mean, recent }) => [
        count(row),
        count(after),
        short(mean),
        short(recent),
      ]),
  ]
  const widths = [0, 1, 2, 3].map((i) => Math.max(...cells.map((line) => (line[i] ?? '').length)))
  const lines = cells.map((line) =>
    line.map((cell, i) => cell.padStart(widths[i] as number)).join('  '),
  )
  const more = alarms.length - rowsShown
  return more > 0 ? [...lines, `and ${count(more)} more (--output json has all)`] : lines
}
