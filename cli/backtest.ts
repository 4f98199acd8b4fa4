import type { BacktestConfiguration, BacktestResult } from '../contracts/backtest.ts'
import type { ModelSettings, Settings } from '../contracts/config.ts'
import { DriftgateError } from '../contracts/errors.ts'
import type { KnownChange } from '../judging/known-changes.ts'
import { backtestText } from '../reports/backtest-text.ts'
import { count } from '../reports/numbers.ts'
import type { Command, CommandContext } from './command.ts'
import { type ExitName, exit } from './exit-codes.ts'
import { show } from './output.ts'
import { type ProgressLine, startProgress } from './progress.ts'
import { timeOf } from './time-option.ts'
import { writeHtml } from './write-page.ts'

export const backtest: Command = {
  name: 'backtest',
  summary: 'what a configuration would have done: alarms, incidents, retrainings over past windows',
  description:
    'Replays past windows through the rules of verdicts and of retraining, and shows what would have happened. The windows are those that are stored, through the gateway: of the configuration in force, or of the one that --config names. With --log they are those of a file of predictions (as the prediction log has them, requests and responses apart too, or CSV, JSON lines, Parquet or an Avro container with a column for each feature; text also as .gz), and no server is needed, but for schemas a registry unless --schema gives them; each configuration reads the file in its own way. The exit status is that of a verdict: 10 when the first configuration would have told of drift.',
  arguments: [{ name: '<model>', summary: 'a model of the configuration' }],
  options: [
    { flags: '--from <time>', summary: 'only windows from then on, ISO 8601' },
    { flags: '--to <time>', summary: 'only windows that end until then, ISO 8601' },
    { flags: '--compare <file>', summary: 'a second configuration, beside the first' },
    {
      flags: '--change <time>',
      summary:
        'a change that is known, TIME or TIME=NAME: when it would have been seen, and the false alarms before; may be repeated',
      repeatable: true,
    },
    { flags: '--log <file>', summary: 'predictions in a file instead of what is stored' },
    {
      flags: '--reference <file>',
      summary: 'of a file: the rows that windows are held against, such as the training data',
    },
    {
      flags: '--reference-windows <n>',
      summary: 'of a file: its first windows instead; 8 unless said',
    },
    {
      flags: '--schema <file>',
      summary:
        'of a file of Avro or Protobuf values: the schema of its records (.avsc, .proto), instead of those of the schema registry',
    },
    { flags: '--html <file>', summary: 'write the result as one page with its pictures, too' },
  ],
  examples: [
    'driftgate backtest car-loan --from 2019-01-01 --to 2019-07-01 --change 2019-03-29=prices --compare stricter.yaml',
    'driftgate backtest car-loan --log predictions.jsonl.gz --reference training.parquet --change 2019-03-29=prices --html backtest.html',
  ],
  async run(context) {
    const asked = askedOf(context)
    const progress = paced(startProgress(context.terminal, 'backtest'), context.terminal.rewrites)
    const replayed =
      context.options['log'] === undefined
        ? await (await import('./backtest-stored.ts')).replayStored(context, asked, progress)
        : await (await import('./backtest-replay.ts')).replayLog(context, asked, progress)
    const windows = replayed.configurations.reduce((sum, one) => sum + one.windows.length, 0)
    progress.end(`replayed ${count(windows)} windows`)
    const result: BacktestResult = {
      ...{ schema: 'driftgate-backtest/1', model: asked.model },
      ...replayed,
    }
    await writeHtml(context, async () =>
      (await import('../reports/backtest-page.ts')).backtestPage(result),
    )
    show(context, result, (value) => backtestText(value, context.terminal))
    return exit(exitOf(result.configurations[0] as BacktestConfiguration))
  },
}

/** What was asked for. */
export interface Asked {
  readonly model: string
  readonly changes: readonly KnownChange[]
  /** Milliseconds since 1970; NaN: not said. */
  readonly fromMs: number
  readonly toMs: number
}

/** One of the configurations that are replayed. */
export interface NamedSettings {
  readonly name: string
  readonly settings: ModelSettings
  /** The registry of its logs' schemas; absent: none. */
  readonly schemas?: Settings['schemas'] | undefined
}

const pauseMs = 10_000

/** Where a line cannot rewrite itself, one of changing numbers comes only now and then. */
function paced(line: ProgressLine, rewrites: boolean): ProgressLine {
  let saidAt = performance.now()
  return {
    say(text) {
      if (!rewrites && performance.now() - saidAt < pauseMs) return
      saidAt = performance.now()
      line.say(text)
    },
    end: (text) => line.end(text),
    clear: () => line.clear(),
  }
}

/** As for a verdict, of what the first configuration would have told in all. */
function exitOf({ windows }: BacktestConfiguration): ExitName {
  const verdicts = new Set(windows.map(({ verdict }) => verdict))
  if (verdicts.has('DRIFT')) return 'drift'
  if (verdicts.has('DATA_QUALITY')) return 'dataQuality'
  return verdicts.has('NO_DRIFT') ? 'done' : 'noVerdict'
}

function askedOf(context: CommandContext): Asked {
  const { from, to, change, log, reference, referenceWindows, schema } = context.options
  if (log === undefined && schema !== undefined) {
    throw wrong('what is stored was decoded already', 'leave --schema out, or give --log')
  }
  if (log === undefined && (reference !== undefined || referenceWindows !== undefined)) {
    throw wrong(
      'stored windows are held against the references on record',
      'leave --reference and --reference-windows out, or give --log',
    )
  }
  const [fromMs, toMs] = [timeOf('--from', from), timeOf('--to', to)] as const
  if (fromMs >= toMs) throw wrong('--from lies after --to', 'give an earlier --from')
  if (reference !== undefined && referenceWindows !== undefined) {
    throw wrong('there is one reference', 'give --reference or --reference-windows, not both')
  }
  const changes = typeof change === 'string' ? change.split('\n').map(changeOf) : []
  return {
    model: context.arguments['model'] as string,
    changes: changes.sort((left, right) => Date.parse(left.at) - Date.parse(right.at)),
    ...{ fromMs, toMs },
  }
}

function changeOf(text: string): KnownChange {
  const at = text.indexOf('=')
  const [time, name] = at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1).trim()]
  const iso = new Date(timeOf('--change', time)).toISOString()
  return { at: iso, name: name === '' ? iso.slice(0, 16).replace('T', ' ') : name }
}

const wrong = (reason: string, fix: string) => new DriftgateError('USAGE', { reason, fix })
