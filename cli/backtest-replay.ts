import { readFileSync } from 'node:fs'
import { basename, resolve } from 'node:path'
import type { BacktestConfiguration, BacktestResult } from '../contracts/backtest.ts'
import type { ModelSettings, Settings } from '../contracts/config.ts'
import { DriftgateError } from '../contracts/errors.ts'
import { Backtest } from '../judging/backtest.ts'
import { count } from '../reports/numbers.ts'
import type { Asked, NamedSettings } from './backtest.ts'
import { type LogWindows, readLog } from './backtest-log.ts'
import type { CommandContext } from './command.ts'
import { fileSchemas } from './file-schemas.ts'
import type { ProgressLine } from './progress.ts'
import { parseChecked, readSettingsFile } from './settings-file.ts'

export type Replayed = Omit<BacktestResult, 'schema' | 'model'>

/** Rows, windows and rules from files alone: every configuration reads the log in its own way. */
export async function replayLog(
  context: CommandContext,
  asked: Asked,
  progress: ProgressLine,
): Promise<Replayed> {
  const log = context.options['log'] as string
  const given = context.options['compare']
  const all = [await configurationOf(context, asked.model)]
  if (typeof given === 'string') all.push(await comparedOf(context, given, asked.model))
  const configurations: BacktestConfiguration[] = []
  let read: LogWindows | undefined
  for (const one of all) {
    const reference = referenceOf(context)
    const { model, fromMs, toMs } = asked
    const { settings } = one
    const schemas = await fileSchemas(context, model, one)
    const span = { fromMs, toMs, progress, schemas }
    read = await readLog(context, { model, settings, log, reference, ...span })
    if (read.leftOver > 0) {
      context.terminal.note(
        `left out, they fill no whole window: the last ${count(read.leftOver)} rows`,
      )
    }
    configurations.push(await replay(context, asked, one, read, progress))
  }
  const [first] = configurations as [BacktestConfiguration]
  return {
    source: { kind: 'log', name: basename(log) },
    window: spanOf(first),
    reference: read?.reference ?? '',
    assumptions: [
      'every retraining has its labels, ends at once and is released: the rows since its incident began become the reference',
    ],
    configurations,
  }
}

async function replay(
  context: CommandContext,
  { model, changes }: Asked,
  { name, settings }: NamedSettings,
  { parts, windows }: LogWindows,
  progress: ProgressLine,
): Promise<BacktestConfiguration> {
  const run = new Backtest({ model, name, settings, changes, adopts: true })
  let next = 0
  for (const [index, facts] of windows.entries()) {
    if (context.signal.aborted) throw new Error('stopped')
    const endMs = Date.parse(facts.window.end)
    for (; next < parts.length; next++) {
      const part = parts[next]!
      if (part.bucket.getTime() >= endMs) break
      run.add(part)
    }
    await run.judge(facts)
    progress.say(`${name}: window ${count(index + 1)} of ${count(windows.length)}`)
    if (index % 64 === 63) await breathe()
  }
  return run.end()
}

/** Lets timers run: the line of progress, and Ctrl-C. */
export const breathe = (): Promise<void> => new Promise((done) => setImmediate(done))

export const spanOf = ({ windows }: BacktestConfiguration) => ({
  start: windows[0]?.window.start ?? '',
  end: windows.at(-1)?.window.end ?? '',
})

/** The configuration in use. Throws CONFIG_MISSING, CONFIG_INVALID, MODEL_UNKNOWN. */
export async function configurationOf(
  context: CommandContext,
  model: string,
): Promise<NamedSettings> {
  const { file, text } = readSettingsFile(context)
  return namedSettings(file, await parseChecked(text, file), model)
}

/** The model in the file that --compare names. Throws FILE_NOT_FOUND, CONFIG_INVALID, MODEL_UNKNOWN. */
export async function comparedOf(
  context: CommandContext,
  file: string,
  model: string,
): Promise<NamedSettings> {
  return namedSettings(file, await parseChecked(readText(context, file), file), model)
}

const namedSettings = (name: string, settings: Settings, model: string): NamedSettings => ({
  ...{ name, settings: modelOf(settings, model) },
  ...(settings.schemas && { schemas: settings.schemas }),
})

function readText(context: CommandContext, file: string): string {
  try {
    return readFileSync(resolve(context.folder, file), 'utf8')
  } catch (cause) {
    throw new DriftgateError('CONFIG_MISSING', { file }, { cause })
  }
}

export function modelOf(
  { models }: { readonly models: Readonly<Record<string, ModelSettings>> },
  model: string,
): ModelSettings {
  const found = Object.hasOwn(models, model) ? models[model] : undefined
  if (found === undefined) throw new DriftgateError('MODEL_UNKNOWN', { model })
  return found
}

function referenceOf({ options }: CommandContext) {
  const { reference, referenceWindows = '8' } = options
  if (typeof reference === 'string') return { file: reference }
  const windows = Number(referenceWindows)
  if (Number.isInteger(windows) && windows > 0) return { windows }
  throw new DriftgateError('USAGE', {
    reason: `--reference-windows ${referenceWindows} is no number of windows`,
    fix: 'give a whole number above 0',
  })
}
