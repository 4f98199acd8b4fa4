import { stateLabel } from '../reports/vocabulary.ts'
import type { RecordsOfDay } from './check/log-rates.ts'
import type { Found, Probe } from './check/probe.ts'
import { refuseTooLarge, storageOf, storageTable } from './check/storage.ts'
import type { Command } from './command.ts'
import { toCoded } from './errors.ts'
import { exit } from './exit-codes.ts'
import { columns, show } from './output.ts'
import { startProgress } from './progress.ts'
import { loadSettings, readSettingsFile } from './settings-file.ts'
import type { Terminal } from './terminal.ts'

/** One line of the answer. */
interface Line {
  readonly name: string
  readonly address: string
  readonly ok: boolean
  readonly latencyMs: number
  readonly version: string | null
  readonly note: string | null
  readonly code: string | null
  readonly sentence: string | null
  readonly help: string | null
}

export const check: Command = {
  name: 'check',
  summary: 'validate the configuration and reach every server: one line each',
  description:
    'An invalid configuration is reported with every problem at its place, and no server is touched. Otherwise every server is reached from this machine; what does not answer is named with what to do. It also tells what each model adds to the database in a month, by the records that its topic had in the last day, and refuses more than storage.maximum (STORAGE_TOO_LARGE).',
  options: [{ flags: '--offline', summary: 'only validate the configuration' }],
  examples: [
    'driftgate check',
    'driftgate check --config examples/driftgate.yaml --offline --output json',
  ],
  async run(context) {
    const settings = await loadSettings(context)
    const { file } = readSettingsFile(context)
    const models = Object.keys(settings.models).length
    const lines: Line[] = []
    let counted: RecordsOfDay | undefined
    if (context.options['offline'] !== true) {
      const { probes, recordsOfDay } = await import('./check/index.ts')
      const counting = recordsOfDay({ settings })
      const all = probes({ settings })
      const progress = startProgress(context.terminal, 'check')
      let done = 0
      const finished = all.map(async (probe) => {
        const line = await measure(probe)
        progress.say(`${++done} of ${all.length} answered`)
        return line
      })
      lines.push(...(await Promise.all(finished)))
      counted = await counting
      progress.end(`${lines.filter(({ ok }) => ok).length} of ${lines.length} are ready`)
    }
    const storage = storageOf(settings, counted)
    // A guess may hide that it is too much.
    const ok = lines.every((line) => line.ok) && (counted?.untold.size ?? 0) === 0
    show(context, { schema: 'driftgate-check/1', file, models, ok, storage, servers: lines }, () =>
      [
        `${stateLabel('ok', context.terminal)}  ${file}: valid, ${models} ${models === 1 ? 'model' : 'models'}`,
        ...storageTable(storage),
        ...render(lines, context.terminal),
      ].join('\n'),
    )
    refuseTooLarge(storage)
    return exit(ok ? 'done' : 'failed')
  },
}

async function measure(probe: Probe): Promise<Line> {
  const began = performance.now()
  const line = { name: probe.name, address: probe.address }
  try {
    const found: Found = await probe.run()
    return {
      ...line,
      ok: found.problem === undefined,
      latencyMs: Math.round(performance.now() - began),
      version: found.version,
      note: found.note ?? null,
      code: null,
      sentence: found.problem?.sentence ?? null,
      help: found.problem?.help ?? null,
    }
  } catch (thrown) {
    const error = toCoded(thrown)
    return {
      ...line,
      ok: false,
      latencyMs: Math.round(performance.now() - began),
      version: null,
      note: null,
      code: error.code,
      sentence: error.message,
      help: error.help,
    }
  }
}

function render(lines: readonly Line[], terminal: Terminal): string[] {
  if (lines.length === 0) return []
  const rows = lines.map((line) => [
    stateLabel(line.ok ? 'ok' : 'failed', terminal),
    line.name,
    line.version ?? '-',
    line.ok ? `${line.latencyMs} ms` : '-',
    line.address,
    line.note ?? '',
  ])
  return columns(rows)
    .split('\n')
    .flatMap((row, index) => {
      const { ok, code, sentence, help } = lines[index]!
      if (ok) return [row]
      const name = code === null ? '' : `${terminal.paint('red', `error[${code}]`)}: `
      return [row, `     ${name}${sentence}`, `     = help: ${help}`]
    })
}
