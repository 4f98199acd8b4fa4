import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { typingOf } from '../../cli/as-typed.ts'
import { renderError, toCoded } from '../../cli/errors.ts'
import { exit } from '../../cli/exit-codes.ts'
import { createTerminal, type Terminal } from '../../cli/terminal.ts'
import type { ModelSettings, Settings } from '../../contracts/config.ts'
import { DriftgateError } from '../../contracts/errors.ts'
import { suggestion } from '../../contracts/nearest-word.ts'
import { readSettings } from '../../workers/settings.ts'
import type { LabelledRow } from '../demo/stretches.ts'
import { parseLabelledRows } from './labelled-rows.ts'

/** What a program is told: `--config FILE --model NAME --rows FILE`. */
export interface Task {
  readonly config: string
  readonly settings: Settings
  readonly model: string
  readonly modelSettings: ModelSettings
  readonly rows: readonly LabelledRow[]
}

/** What the command line says, read and checked; null when help is asked for. Throws USAGE, CONFIG_INVALID. */
export function readTask(words: readonly string[]): Task | null {
  const { config, model, rows: file, help } = parseWords(words)
  if (help) return null
  if (!config || !model || !file) {
    const missing = !config ? '--config FILE' : !model ? '--model NAME' : '--rows FILE'
    throw new DriftgateError('USAGE', { reason: `${missing} is needed`, fix: 'see --help' })
  }
  const settings = readSettings(config)
  const modelSettings = Object.hasOwn(settings.models, model) ? settings.models[model] : undefined
  if (modelSettings === undefined) {
    const known = suggestion(model, Object.keys(settings.models))
    throw new DriftgateError('USAGE', {
      reason: `${config} has no model "${model}"`,
      fix: known ?? 'add it to the section models',
    })
  }
  const rows = parseLabelledRows(linesOf(file), { file, features: modelSettings.features })
  return { config, settings, model, modelSettings, rows }
}

function parseWords(words: readonly string[]) {
  const text = { type: 'string' } as const
  const options = { config: text, model: text, rows: text, help: { type: 'boolean' } } as const
  try {
    return parseArgs({ args: [...words], strict: true, options }).values
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new DriftgateError('USAGE', { reason, fix: 'see --help' }, { cause: error })
  }
}

function linesOf(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split('\n')
  } catch (cause) {
    const reason = `${file} cannot be read`
    throw new DriftgateError('USAGE', { reason, fix: 'give --rows a file' }, { cause })
  }
}

/** Runs a program to its exit status: 0, 1 failed, 2 wrong usage, 130 after Ctrl-C. Never a stack trace. */
export async function runProgram(
  usage: string,
  run: (task: Task, terminal: Terminal, signal: AbortSignal) => Promise<void>,
): Promise<number> {
  const stop = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stop.abort())
  const { stdout, stderr, stdin, env: environment } = process
  const words = process.argv.slice(2)
  const typing = typingOf({ DRIFTGATE_SELF: './driftgate', ...environment })
  const streams = { stdout, stderr, stdinIsTerminal: stdin.isTTY === true, environment }
  const terminal = createTerminal({ ...streams, typing })
  try {
    const task = readTask(words)
    if (task === null) stdout.write(usage)
    else await run(task, terminal, stop.signal)
    return exit('done')
  } catch (thrown) {
    if (stop.signal.aborted) {
      terminal.note('stopped; what runs on the cluster goes on, and the same command finds it')
      return exit('interrupted')
    }
    const error = toCoded(thrown)
    terminal.note(renderError(error, terminal))
    return error.entry.exit === exit('usage') ? exit('usage') : exit('failed')
  }
}
