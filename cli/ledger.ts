import { DriftgateError } from '../contracts/errors.ts'
import {
  type LedgerAnswer,
  type LedgerCounts,
  type LedgerFault,
  type LedgerReading,
  ledgerAnswer,
} from '../contracts/ledger.ts'
import { count, instant } from '../reports/numbers.ts'
import type { Canvas } from '../reports/vocabulary.ts'
import type { Command } from './command.ts'
import { exit } from './exit-codes.ts'
import { openGateway } from './gateway-client.ts'
import { columns, show } from './output.ts'

export const ledger: Command = {
  name: 'ledger',
  summary: 'which offsets of its log a model has read, and the proof that each was counted once',
  description:
    'Lists every partition of every reading and proves: slices without gap or overlap from the first offset to the head; good + bad + foreign + lost + unread = offsets passed; the parts hold the good records, the dead letters are the bad ones. Unread are offsets without a record to read: control records, aborted transactions, and what compaction removed. The slices are listed as they were read, the sums above them count what repairs of dead letters could read since. Fails with LEDGER_BROKEN where it does not hold.',
  arguments: [{ name: '<model>', summary: 'a model of the applied configuration' }],
  options: [
    {
      flags: '--slices <n>',
      summary: 'list so many of the newest slices of each partition',
      default: '10',
    },
    {
      flags: '--deep',
      summary:
        'count every row of a prediction, also of days that were counted before and have not changed since',
    },
  ],
  examples: ['driftgate ledger car-loan', 'driftgate ledger car-loan --slices 0 --output json'],
  async run(context) {
    const { model } = context.arguments
    const gateway = await openGateway(context)
    const slices = encodeURIComponent(String(context.options['slices']))
    const deep = context.options['deep'] === true ? '&deep=true' : ''
    const path = `models/${encodeURIComponent(model!)}/ledger?slices=${slices}${deep}`
    const answer = await gateway.get(path, ledgerAnswer)
    show(context, answer, () => describe(answer, context.terminal))
    const faults = answer.readings.flatMap((reading) => reading.faults)
    const [first] = faults
    if (first === undefined) return exit('done')
    const more = faults.length === 1 ? '' : `, and ${faults.length - 1} more`
    throw new DriftgateError('LEDGER_BROKEN', {
      model: answer.model,
      reason: `${sentenceOf(first)}${more}`,
    })
  },
}

function describe(answer: LedgerAnswer, canvas: Canvas): string {
  if (answer.readings.length === 0) {
    return `${answer.model} has read nothing yet; "driftgate scan ${answer.model}" begins`
  }
  return answer.readings
    .map((reading, index, all) =>
      section(reading, all[index - 1]?.content !== reading.content, canvas),
    )
    .join('\n\n')
}

function section(reading: LedgerReading, newest: boolean, canvas: Canvas): string {
  const { partitions, slices, repairs, faults } = reading
  const what = reading.content === 'labels' ? 'labels, ' : ''
  const title = `reading ${reading.reading} of ${reading.topic} (${what}${reading.format})`
  const lines = [
    `${canvas.paint('strong', title)}, ${newest ? 'in force' : 'an older one'}, since ${instant(reading.since)}`,
    ...(reading.windowsFrom === null
      ? []
      : [`it holds windows from ${instant(reading.windowsFrom)} on`]),
    '',
    columns([
      ['partition', 'from', 'to', 'slices', ...names],
      ...partitions.map(({ partition, began, head, ...one }) => [
        ...[String(partition), offset(began), offset(head), count(one.slices)],
        ...cells(one),
      ]),
      ['all', '', '', count(sum(partitions, 'slices')), ...cells(total(partitions))],
    ]),
  ]
  const older = sum(
    partitions.map(({ opened, began }) => ({ offsets: Number(BigInt(opened) - BigInt(began)) })),
    'offsets',
  )
  if (older > 0) lines.push(`${count(older)} of these offsets were backfilled`)
  const [ahead, repeated] = [sum(partitions, 'ahead'), sum(partitions, 'repeated')]
  if (ahead > 0) lines.push(`${count(ahead)} rows have an event time after the broker's own clock`)
  if (repeated > 0) lines.push(`${count(repeated)} rows or more were sent more than once`)
  if (reading.repetitions !== null) {
    const { removed, differing } = reading.repetitions
    lines.push(
      `${count(removed)} rows that came more than once were removed; ${count(differing)} came with the id of another content`,
    )
  }
  if (slices.length > 0) {
    lines.push(
      '',
      columns([
        ['slice', 'from', 'to', ...names, 'committed'],
        ...slices.map(({ partition, from, to, committedAt, ...one }) => [
          ...[String(partition), offset(from), offset(to)],
          ...cells(one),
          second(committedAt),
        ]),
      ]),
    )
    const left = sum(partitions, 'slices') - slices.length
    if (left > 0) lines.push(canvas.paint('faint', `${count(left)} older slices: --slices N`))
  }
  if (repairs.length > 0) {
    lines.push(
      '',
      columns([
        ['repair', 'of slice', 'from', 'to', 'good', 'foreign', 'committed'],
        ...repairs.map(({ repair, partition, from, to, good, foreign, committedAt }) => [
          ...[String(repair), String(partition), offset(from), offset(to)],
          ...[count(good), count(foreign), second(committedAt)],
        ]),
      ]),
    )
  }
  lines.push('', ...proof(faults, canvas))
  const { counted, kept } = reading.predictionDays
  if (kept > 0) {
    const days = `${count(kept)} ${kept === 1 ? 'day' : 'days'} of predictions`
    lines.push(
      canvas.paint(
        'faint',
        `${days} as counted before, their tables unchanged since; ${count(counted)} counted now; --deep counts all`,
      ),
    )
  }
  return lines.join('\n')
}

function proof(faults: readonly LedgerFault[], canvas: Canvas): string[] {
  if (faults.length > 0) {
    return faults.map((fault) => canvas.paint('red', `does not hold: ${sentenceOf(fault)}`))
  }
  return [
    canvas.paint('green', 'proved: every offset was passed once, without gap or overlap;'),
    canvas.paint('green', 'good + bad + foreign + lost + unread = offsets passed'),
  ]
}

const names = ['good', 'bad', 'foreign', 'lost', 'unread'] as const

const cells = (counts: LedgerCounts): string[] => names.map((name) => count(counts[name]))

const sum = <Key extends string>(list: readonly Record<Key, number>[], key: Key): number =>
  list.reduce((total, each) => total + each[key], 0)

const total = (list: readonly LedgerCounts[]): LedgerCounts => ({
  good: sum(list, 'good'),
  bad: sum(list, 'bad'),
  foreign: sum(list, 'foreign'),
  lost: sum(list, 'lost'),
  unread: sum(list, 'unread'),
})

const second = (instant: string): string => instant.slice(0, 19).replace('T', ' ')

/** Wider than a double can be: only its digits are grouped. */
const offset = (text: string): string => text.replace(/\B(?=(\d{3})+$)/g, ',')

function sentenceOf({ fault, partition, offset: at, expected, found }: LedgerFault): string {
  const where =
    partition < 0 ? `join ${offset(at)}: ` : `partition ${partition}, offset ${offset(at)}: `
  const [wanted, is] = [offset(expected), offset(found)]
  switch (fault) {
    case 'GAP':
      return `${where}no slice leads from ${is} to ${wanted}`
    case 'OVERLAP':
      return `${where}slices overlap, ${is} lies before ${wanted}`
    case 'COUNTS':
      return `${where}the slice counts ${is} records over ${wanted} offsets`
    case 'PARTS':
      return `${where}the good records of the slice have ${wanted} rows, its parts ${is}`
    case 'MERGED':
      return `partition ${partition}: its slices gave ${wanted} rows to merged parts, and these hold ${is}`
    case 'DEAD_LETTERS':
      return `${where}the slice has ${wanted} bad records, and there are ${is} dead letters`
    case 'JOINS':
      return `${where}it came to ${wanted} rows, its parts hold ${is}`
    case 'HALVES':
      return partition < 0
        ? `${where}${wanted} rows were read that wait for joins, and these counted ${is}`
        : `${where}the slice has ${wanted} rows that wait for a join, and ${is} are there`
    case 'IDS':
      return `${where}it left ${wanted} ids to know repetitions by, and ${is} are there`
    case 'PREDICTIONS':
      return `${where}${wanted} rows of predictions belong there, and there are ${is}`
    case 'LABELS':
      return `${where}the slice kept ${wanted} labels, and ${is} are there`
    case 'STRAY':
      return `${where}${is} of its rows, dead letters or offsets belong to nothing`
  }
}
