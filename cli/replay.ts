import { basename, resolve } from 'node:path'
import { DriftgateError } from '../contracts/errors.ts'
import { suggestion } from '../contracts/nearest-word.ts'
import { count } from '../reports/numbers.ts'
import { replayText } from '../reports/replay-text.ts'
import type { Command, CommandContext } from './command.ts'
import { exit } from './exit-codes.ts'
import { show } from './output.ts'

export const replay: Command = {
  name: 'replay',
  summary: 'where a streaming detector alarms over one column of a file; needs no server',
  description:
    'Runs a streaming detector over a column of a file of CSV, JSON lines or Parquet (.csv, .tsv, .jsonl, .ndjson, .parquet; text also as .gz), row by row as the file has them, and shows where it alarms. Rows without a value are left out and counted; true and false are read as 1 and 0. Ends with 10 where it alarmed, else with 0.',
  arguments: [{ name: '<file>', summary: 'the file to run over' }],
  options: [
    { flags: '--column <name>', summary: 'the column of errors or numbers', required: true },
    { flags: '--detector <name>', summary: 'such as cusum, adwin or ddm', required: true },
    {
      flags: '--set <name=value>',
      summary: 'an option of the detector, such as delta=0.01; may be given more than once',
      repeatable: true,
    },
    {
      flags: '--false-alarm-every <values>',
      summary:
        'set the detector to one false alarm in so many values, with --rate or --mean and --sd',
    },
    { flags: '--rate <share>', summary: 'rate of errors while nothing changes' },
    { flags: '--mean <number>', summary: 'mean of the values while nothing changes' },
    { flags: '--sd <number>', summary: 'their standard deviation' },
    {
      flags: '--estimated-from <rows>',
      summary:
        'of how many rows rate, or mean and deviation, were estimated: the detector allows for it',
    },
  ],
  examples: [
    'driftgate replay predictions.csv --column error --detector adwin --set delta=0.01',
    'driftgate replay predictions.parquet --column error --detector cusum --false-alarm-every 100000 --rate 0.08 --estimated-from 10000 --output json',
  ],
  async run(context) {
    const file = basename(context.arguments['file'] as string)
    const name = context.options['detector'] as string
    const [{ readRows }, { streamingDetectors, replayed }] = await Promise.all([
      import('../adapters/files/read-rows.ts'),
      import('../detectors/streaming/index.ts'),
    ])
    if (!Object.hasOwn(streamingDetectors, name)) {
      const known = Object.keys(streamingDetectors)
      throw new DriftgateError('STREAM_DETECTOR_UNKNOWN', {
        detector: name,
        fix: suggestion(name, known) ?? `known here: ${known.join(', ')}`,
      })
    }
    const detector = streamingDetectors[name as keyof typeof streamingDetectors]
    const setting = detector.setting(optionsOf(context))
    const column = context.options['column'] as string
    const run = replayed(detector, setting)
    let at = -1
    let names: readonly string[] = []
    names = await readRows(
      resolve(context.folder, context.arguments['file'] as string),
      (all, cells) => {
        if (context.signal.aborted) throw new Error('stopped')
        if (at < 0 || all[at] !== column) at = all.indexOf(column)
        run.add(at < 0 ? undefined : cells[at])
      },
    )
    if (!names.includes(column)) {
      throw new DriftgateError('COMPARE_COLUMN_UNKNOWN', {
        ...{ column, file },
        fix: suggestion(column, names) ?? `it has ${names.slice(0, 12).join(', ') || 'no columns'}`,
      })
    }
    const found = run.end({ file, column })
    if (found.values === 0) {
      throw new DriftgateError('FILE_UNREADABLE', {
        ...{ file, place: '' },
        reason: `${column} holds no number in ${count(found.leftOut)} rows`,
      })
    }
    show(context, found, (value) => replayText(value, context.terminal))
    return exit(found.alarms.length > 0 ? 'drift' : 'done')
  },
}

/** What was typed as options of the detector. Throws USAGE. */
function optionsOf({ options }: CommandContext): Record<string, unknown> {
  const set = typeof options['set'] === 'string' ? options['set'].split('\n') : []
  const classic = set.map((text) => {
    const at = text.indexOf('=')
    if (at > 0) return [text.slice(0, at), optionIn(text.slice(at + 1))] as const
    throw usage(`--set ${text} has no "="`, 'write it as --set delta=0.01')
  })
  const every = numberOf(options, 'falseAlarmEvery', '--false-alarm-every')
  const [rate, mean, sd, from] = [
    numberOf(options, 'rate', '--rate'),
    numberOf(options, 'mean', '--mean'),
    numberOf(options, 'sd', '--sd'),
    numberOf(options, 'estimatedFrom', '--estimated-from'),
  ]
  if (every === undefined) {
    if (rate === undefined && mean === undefined && sd === undefined && from === undefined) {
      return Object.fromEntries(classic)
    }
    throw usage('--rate, --mean, --sd and --estimated-from go with --false-alarm-every', 'give it')
  }
  const inControl =
    rate === undefined
      ? { mean, sd, ...(from !== undefined && { values: from }) }
      : { rate, ...(from !== undefined && { labels: from }) }
  if (rate === undefined && (mean === undefined || sd === undefined)) {
    throw usage(
      '--false-alarm-every needs to know what the stream is while nothing changes',
      'give --rate for errors, or --mean and --sd for numbers',
    )
  }
  return { ...Object.fromEntries(classic), falseAlarmEvery: every, inControl }
}

function numberOf(
  options: CommandContext['options'],
  name: string,
  flag: string,
): number | undefined {
  const given = options[name]
  if (given === undefined) return undefined
  const number = given === '' ? Number.NaN : Number(given)
  if (Number.isFinite(number)) return number
  throw usage(`${flag} ${given} is no number`, `write it as ${flag} 1000`)
}

function optionIn(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

const usage = (reason: string, fix: string) => new DriftgateError('USAGE', { reason, fix })
