import type { BacktestConfiguration, BacktestResult } from '../contracts/backtest.ts'
import { alarmsOf, backtestTitle, markOf, marks, plural, seenText } from './backtest-words.ts'
import { count, instant, percent, span } from './numbers.ts'
import { fit, plainText, wrap } from './text.ts'
import type { Canvas } from './vocabulary.ts'

/** A backtest for a terminal: the finding, a strip of verdicts for each configuration, a table, and what happened. */
export function backtestText(result: BacktestResult, canvas: Canvas): string {
  const { configurations, source, reference, window, assumptions } = result
  const from = source.kind === 'log' ? source.name : `what is stored at ${source.name}`
  const lines = [
    canvas.paint('strong', wrap(backtestTitle(result), canvas.width)),
    canvas.paint(
      'faint',
      wrap(`${span(window)}, from ${from}, against ${reference}`, canvas.width),
    ),
    '',
    ...configurations.flatMap((one) => strip(one, canvas)),
    legend(canvas),
    '',
    ...table(configurations),
    ...configurations.flatMap((one) => story(one, configurations.length > 1, canvas)),
    '',
    ...assumptions.map((each) =>
      canvas.paint('faint', wrap(`taken for granted: ${each}`, canvas.width)),
    ),
  ]
  return lines.map((line) => plainText(line, canvas.unicode)).join('\n')
}

/** One character a window; of several in one place the worst. Known changes stand above, retrainings below. */
function strip(one: BacktestConfiguration, canvas: Canvas): string[] {
  const { windows, changes, retrainings } = one
  const room = Math.max(1, canvas.width - 2)
  const each = Math.max(1, Math.ceil(windows.length / room))
  const places = Math.ceil(windows.length / each)
  const placeOf = (at: string) => {
    const found = windows.findIndex(({ window }) => window.end > at)
    return found < 0 ? -1 : Math.floor(found / each)
  }
  const drawn = Array.from({ length: places }, (_, i) => {
    const here = windows.slice(i * each, (i + 1) * each).map(({ verdict }) => markOf(verdict))
    const worst = marks.find((mark) => here.includes(mark)) ?? markOf('STALE')
    return canvas.paint(worst.role, canvas.unicode ? worst.sign : worst.ascii)
  })
  const row = (places_: readonly number[], sign: string) =>
    places_.some((at) => at >= 0)
      ? [
          `  ${Array.from({ length: places }, (_, i) => (places_.includes(i) ? sign : ' ')).join('')}`.trimEnd(),
        ]
      : []
  const scale = each === 1 ? '' : `, ${each} windows a character`
  return [
    `${one.name}${canvas.paint('faint', scale)}`,
    ...row(
      changes.map(({ at }) => placeOf(at)),
      canvas.unicode ? '▼' : 'v',
    ),
    `  ${drawn.join('')}`,
    // A retraining is told with the verdict that led to it, when that window has ended.
    ...row(
      retrainings.map(({ at }) =>
        Math.floor(windows.findLastIndex(({ window }) => window.end <= at) / each),
      ),
      'R',
    ),
  ]
}

const legend = (canvas: Canvas): string => {
  const signs = marks.map(
    ({ role, sign, ascii, word }) => `${canvas.paint(role, canvas.unicode ? sign : ascii)} ${word}`,
  )
  return `  ${[...signs, `${canvas.unicode ? '▼' : 'v'} known change`, 'R retraining'].join('  ')}`
}

/** A row for each figure, a column for each configuration: two long file names fit beside each other. */
function table(configurations: readonly BacktestConfiguration[]): string[] {
  const rows = figuresOf(configurations)
  const head = Math.max(...rows.map(([name]) => name.length))
  const widths = configurations.map((one, i) =>
    Math.max(one.name.length, ...rows.map(([, cells]) => cells[i]?.length ?? 0)),
  )
  const line = (name: string, cells: readonly string[]) =>
    [name.padEnd(head), ...cells.map((cell, i) => cell.padEnd(widths[i] ?? 0))].join('  ').trimEnd()
  return [
    line(
      '',
      configurations.map(({ name }) => name),
    ),
    ...rows.map(([name, cells]) => line(name, cells)),
  ]
}

/** Name of a figure -> its value for each configuration, as words. */
export function figuresOf(
  configurations: readonly BacktestConfiguration[],
): (readonly [string, readonly string[]])[] {
  const figure = (name: string, of: (one: BacktestConfiguration) => string) =>
    [name, configurations.map(of)] as const
  const changes = configurations[0]?.changes ?? []
  return [
    figure('windows', ({ windows }) => count(windows.length)),
    figure('windows that alarm', (one) => count(alarmsOf(one))),
    figure('incidents', ({ incidents }) => incidentsText(incidents)),
    figure('retrainings', ({ retrainings }) => count(retrainings.length)),
    ...(changes.length === 0
      ? []
      : [figure('false alarms', ({ falseAlarms }) => falseAlarmsText(falseAlarms))]),
    ...changes.map(({ name }, i) =>
      figure(name, ({ changes: each }) => (each[i] ? seenText(each[i]) : 'not seen')),
    ),
    ...(configurations.some(({ record }) => record !== null)
      ? [figure('as on record', ({ record }) => recordText(record))]
      : []),
  ]
}

const incidentsText = (incidents: BacktestConfiguration['incidents']): string => {
  const open = incidents.filter(({ state }) => state === 'open').length
  return `${count(incidents.length)}${open === 0 ? '' : `, ${open} open at the end`}`
}

const falseAlarmsText = (found: BacktestConfiguration['falseAlarms']): string =>
  found === null
    ? 'none'
    : `${plural(found.incidents, 'incident')}, ${plural(found.windows, 'window')} of ${count(found.judged)} in ${found.days} days`

const recordText = (record: BacktestConfiguration['record']): string =>
  record === null || record.judged === 0
    ? 'nothing on record'
    : `${count(record.same)} of ${count(record.judged)} verdicts (${percent(record.same / record.judged, 0)})`

const mostLines = 12

/** What would have happened, in order of time. */
function story(one: BacktestConfiguration, named: boolean, canvas: Canvas): string[] {
  const events = eventsOf(one)
  if (events.length === 0) return []
  const shown = events.slice(0, mostLines)
  const hidden = events.length - shown.length
  const when = Math.max(...shown.map(({ at }) => instant(at).length))
  return [
    '',
    canvas.paint(
      'strong',
      named ? `what would have happened with ${one.name}` : 'what would have happened',
    ),
    ...shown.map(({ at, text }) =>
      wrap(
        `${fit(instant(at), when, canvas.unicode)}  ${text}`,
        canvas.width,
        ' '.repeat(when + 2),
      ),
    ),
    ...(hidden > 0 ? [canvas.paint('faint', `and ${hidden} more: --output json has all`)] : []),
  ]
}

export interface BacktestEvent {
  readonly at: string
  readonly text: string
}

export function eventsOf(one: BacktestConfiguration): BacktestEvent[] {
  const headlines = new Map(one.windows.map(({ window, headline }) => [window.start, headline]))
  const opened = one.incidents.map(({ openedAt, kind, firstWindow, headline, windows }) => ({
    at: openedAt,
    text: `${kind} incident opens (${plural(windows, 'bad window')} in all): ${headlines.get(firstWindow.start) ?? headline}`,
  }))
  const resolved = one.incidents.flatMap(({ resolvedAt, kind, next }) =>
    resolvedAt === null ? [] : [{ at: resolvedAt, text: `${kind} incident resolved: ${next}` }],
  )
  const retrained = one.retrainings.map(({ at, from }) => ({
    at,
    text: `retraining on the rows since ${instant(from)}`,
  }))
  const kept = one.notRetrained.map(({ at, reason }) => ({ at, text: `not retrained: ${reason}` }))
  const known = one.changes.map((change) => ({
    at: change.at,
    text: `known change ${change.name}: ${seenText(change)}`,
  }))
  const order = [...known, ...opened, ...kept, ...retrained, ...resolved]
  return order.sort((left, right) => Date.parse(left.at) - Date.parse(right.at))
}
