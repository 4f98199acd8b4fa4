import { type Document, isMap, isNode, isScalar, LineCounter, parseDocument } from 'yaml'
import { type ModelSettings, type Settings, settingsSchema } from './config.ts'
import { checkPlaces } from './data-places.ts'
import { checkSharedTopics } from './data-rules.ts'
import { checkDrill } from './drill-rules.ts'
import { DriftgateError } from './errors.ts'
import { suggestion } from './nearest-word.ts'
import { checkRetention } from './reference-rules.ts'
import { checkRollout } from './rollout-targets.ts'
import { findingsOf } from './settings-issues.ts'
import { type Finding, hideSecrets, type SettingsProblem } from './settings-problem.ts'
import { checkModel } from './settings-rules.ts'

export interface SettingsTextOptions {
  /** Names of the registered detectors; without them, detector names are not checked. */
  readonly detectors?: readonly string[]
  /** What else is wrong with a model whose settings are complete; paths are relative to it. */
  readonly check?: (model: ModelSettings, settings: Settings) => readonly Finding[]
}

/**
 * The settings that a YAML text holds, defaults filled in.
 * @param file only named in the problems, never read.
 * @throws DriftgateError CONFIG_INVALID whose `problems` are all of them, in the order of the file.
 */
export function parseSettings(
  text: string,
  file: string,
  options: SettingsTextOptions = {},
): Settings {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, merge: true })
  const place = (from: number, to: number, finding: Finding) =>
    problemAt(text, file, lines, from, to, finding)

  const problems: SettingsProblem[] = document.errors.map(({ code, message, pos: [from] }) => {
    const word = /^[\w-]*/.exec(text.slice(from, from + 100))?.[0] ?? ''
    return place(from, from + word.length, { path: [], ...yamlFinding(code, message) })
  })
  if (document.errors.every(({ code }) => code === 'DUPLICATE_KEY')) {
    const value = toValue(document)
    const parsed = settingsSchema.safeParse(value, { reportInput: true })
    const findings = [
      ...(parsed.success
        ? []
        : parsed.error.issues.flatMap((issue) => findingsOf(issue, settingsSchema))),
      ...checkModels(value, options.detectors ?? null),
      ...(parsed.success ? checkEach(parsed.data, checkRetention) : []),
      ...checkChannels(value),
      ...(parsed.success ? checkRollout(parsed.data) : []),
      ...(parsed.success ? checkSharedTopics(parsed.data.models) : []),
      ...(parsed.success ? checkEach(parsed.data, checkPlaces) : []),
      ...(parsed.success ? checkDrills(parsed.data) : []),
      ...(parsed.success && options.check ? checkEach(parsed.data, options.check) : []),
    ]
    for (const finding of findings) problems.push(place(...rangeOf(document, finding), finding))
    if (parsed.success && problems.length === 0) return parsed.data
  }
  problems.sort((left, right) => left.line - right.line || left.column - right.column)
  throw new DriftgateError('CONFIG_INVALID', { count: problems.length, file }, { problems })
}

/** The same text as plain JSON, without defaults: what a config version stores and differences are taken of. */
export const settingsAsWritten = (text: string): unknown =>
  toValue(parseDocument(text, { merge: true }))

function checkModels(value: unknown, detectors: readonly string[] | null): Finding[] {
  const models = (value as { models?: unknown } | null)?.models
  if (typeof models !== 'object' || models === null) return []
  return Object.entries(models).flatMap(([model, settings]) =>
    checkModel(settings, detectors).map(within(model)),
  )
}

/** A card needs a channel that is there. */
function checkChannels(value: unknown): Finding[] {
  const { models, chat } = (value ?? {}) as { models?: unknown; chat?: unknown }
  const channels = Object.keys(chat ?? {})
  return Object.entries(models ?? {}).flatMap(([model, settings]) =>
    channelPlaces.flatMap((path) => {
      const channel = valueAt(settings, path)
      if (typeof channel !== 'string' || channels.includes(channel)) return []
      const help = suggestion(channel, channels) ?? 'describe it under chat'
      const message = `there is no chat channel "${channel}"`
      return [within(model)({ path, message, help })]
    }),
  )
}

/** Where a model names a channel. */
const channelPlaces = [
  ['approval', 'channel'],
  ['approval', 'escalation', 'channel'],
  ['notifications', 'channel'],
  ['notifications', 'escalation', 'channel'],
  ['drill', 'channel'],
] as const

const valueAt = (value: unknown, path: readonly string[]): unknown =>
  path.reduce((found, key) => (found as Record<string, unknown> | null | undefined)?.[key], value)

const checkEach = (settings: Settings, check: NonNullable<SettingsTextOptions['check']>) =>
  Object.entries(settings.models).flatMap(([name, model]) =>
    check(model, settings).map(within(name)),
  )

const checkDrills = (settings: Settings): Finding[] =>
  Object.entries(settings.models).flatMap(([name, model]) =>
    checkDrill(model, settings, name).map(within(name)),
  )

const within =
  (model: string) =>
  (finding: Finding): Finding => ({ ...finding, path: ['models', model, ...finding.path] })

/** Aliases without an anchor throw here; the schema then says what is missing. */
function toValue(document: Document): unknown {
  try {
    return document.toJS()
  } catch {
    return null
  }
}

function yamlFinding(code: string, message: string): { message: string; help?: string } {
  if (code === 'DUPLICATE_KEY') {
    return { message: 'this key is written twice', help: 'keep one of the two' }
  }
  return { message: `not YAML: ${message}` }
}

/** Start and end of what a finding is about; of the nearest section around it when it is not there. */
function rangeOf(document: Document, finding: Finding): [number, number] {
  for (let depth = finding.path.length; depth > 0; depth--) {
    const path = finding.path.slice(0, depth)
    const whole = depth === finding.path.length
    const value = document.getIn(path, true)
    const key = keyNode(document, path)
    const range = isNode(value) && value.range ? value.range : null
    const plain = isScalar(value) && range !== null && range[1] > range[0]
    if (plain && whole && !finding.atKey) return [range[0], range[1]]
    if (key) return key
    if (range) return [range[0], range[1]]
  }
  return [0, 0]
}

function keyNode(
  document: Document,
  path: readonly (string | number)[],
): [number, number] | undefined {
  const parent = path.length > 1 ? document.getIn(path.slice(0, -1), true) : document.contents
  if (!isMap(parent)) return undefined
  const key = parent.items.find(
    (pair) => isScalar(pair.key) && String(pair.key.value) === String(path.at(-1)),
  )?.key
  return isScalar(key) && key.range ? [key.range[0], key.range[1]] : undefined
}

function problemAt(
  text: string,
  file: string,
  lines: LineCounter,
  from: number,
  to: number,
  finding: Finding,
): SettingsProblem {
  const { line, col } = text === '' ? { line: 1, col: 1 } : lines.linePos(from)
  const source = (text.split('\n')[line - 1] ?? '').replace(/\r$/, '')
  const column = Math.max(1, col)
  return {
    message: finding.message,
    ...(finding.help === undefined ? {} : { help: finding.help }),
    file,
    line: Math.max(1, line),
    column,
    length: Math.max(1, Math.min(to - from, source.length - column + 1)),
    path: finding.path.join('.'),
    source: hideSecrets(source),
  }
}
