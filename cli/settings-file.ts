import { existsSync, readFileSync } from 'node:fs'
import { dirname, isAbsolute, join, relative } from 'node:path'
import type { Settings } from '../contracts/config.ts'
import { DriftgateError } from '../contracts/errors.ts'
import { parseSettings } from '../contracts/settings-text.ts'
import type { CommandContext } from './command.ts'
import { withHolidays } from './holiday-files.ts'

/** Where the local project of a folder keeps state, logs and its own configuration. */
export const projectFolder = (context: Pick<CommandContext, 'folder'>): string =>
  join(context.folder, '.driftgate')

/**
 * The configuration to use: --config, then DRIFTGATE_CONFIG, then ./driftgate.yaml, then the one that
 * `driftgate up` wrote for the local project. Throws CONFIG_MISSING.
 */
export function findSettingsFile(context: CommandContext): string {
  const given = context.options['config'] ?? context.environment['DRIFTGATE_CONFIG']
  const candidates =
    typeof given === 'string' && given !== ''
      ? [given]
      : ['driftgate.yaml', join('.driftgate', 'driftgate.yaml')]
  for (const candidate of candidates) {
    const path = isAbsolute(candidate) ? candidate : join(context.folder, candidate)
    if (existsSync(path)) return path
  }
  throw new DriftgateError('CONFIG_MISSING', { file: candidates[0] })
}

export interface SettingsFile {
  /** As a person would name it from the folder they are in. */
  readonly file: string
  readonly text: string
}

/** The text holds the dates of the files of holidays that it names: whoever judges windows has only the text. */
export function readSettingsFile(context: CommandContext): SettingsFile {
  const path = findSettingsFile(context)
  const near = relative(context.folder, path)
  const text = withHolidays(readFileSync(path, 'utf8'), dirname(path))
  return { file: near.startsWith('..') ? path : near, text }
}

/** The settings of the configuration in use. Throws CONFIG_MISSING, or CONFIG_INVALID with every problem. */
export async function loadSettings(context: CommandContext): Promise<Settings> {
  const { file, text } = readSettingsFile(context)
  return parseChecked(text, file)
}

/** The settings of a text, held against the detectors and formats there are. Throws CONFIG_INVALID with every problem. */
export async function parseChecked(text: string, file: string): Promise<Settings> {
  const [
    { detectors },
    { streamFindings },
    { rowFindings },
    { logFindings },
    { shareOfTests },
    { windowSignificance },
  ] = await Promise.all([
    import('../detectors/index.ts'),
    import('../detectors/stream-findings.ts'),
    import('../detectors/row-findings.ts'),
    import('../formats/index.ts'),
    import('../policies/alarm.ts'),
    import('../policies/spans.ts'),
  ])
  return parseSettings(text, file, {
    detectors: Object.keys(detectors),
    check: (model, settings) => [
      ...logFindings(model, settings),
      ...streamFindings(model),
      ...rowFindings(model, windowSignificance(model) * shareOfTests),
    ],
  })
}
