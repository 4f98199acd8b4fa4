import type { Settings as AllSettings, ModelSettings } from '../contracts/config.ts'
import { formatDuration } from '../contracts/duration.ts'
import { suggestion } from '../contracts/nearest-word.ts'
import { neverRetrains } from '../contracts/retraining-policy.ts'
import type { Finding } from '../contracts/settings-problem.ts'
import type { Format } from './format.ts'

type Settings = Pick<ModelSettings, 'log' | 'labels' | 'retraining' | 'detection' | 'window'>

/** What is wrong with how a model's log is to be read; paths are relative to the model. */
export function formatFindings(
  settings: Settings,
  formats: Readonly<Record<string, Format>>,
  { schemas }: Pick<AllSettings, 'schemas'>,
): Finding[] {
  const { log } = settings
  const format = Object.hasOwn(formats, log.format) ? formats[log.format] : undefined
  if (format === undefined) {
    const known = Object.keys(formats)
    return [
      {
        path: ['log', 'format'],
        message: `there is no log format "${log.format}"`,
        help: suggestion(log.format, known) ?? `known here: ${known.join(', ')}`,
      },
    ]
  }
  return [
    ...kindFindings(settings, format),
    ...optionFindings(log.options ?? {}, format),
    ...schemaFindings(schemas, format),
    ...trainingFindings(settings, format),
    ...joinFindings(settings),
  ]
}

function kindFindings({ log, detection }: Settings, { name, kinds }: Format): Finding[] {
  const { kind = kinds[0] } = log
  if (!kinds.includes(kind)) {
    const message = `a record in the format ${name} is no ${kind}`
    return [{ path: ['log', 'kind'], message, help: `it can be: ${kinds.join(', ')}` }]
  }
  if (kind === 'prediction' || kind === 'pair' || (detection.rows ?? []).length === 0) return []
  return [
    {
      path: ['detection', 'rows'],
      message: `row detectors compare whole rows, and a ${kind} has only half of one`,
      help: 'take detection.rows out',
    },
  ]
}

function optionFindings(given: object, { name, options }: Format): Finding[] {
  if (options === undefined) {
    if (Object.keys(given).length === 0) return []
    const message = `the format ${name} has no options`
    return [{ path: ['log', 'options'], message, help: 'take options out' }]
  }
  const { error } = options.safeParse(given)
  return (error?.issues ?? []).map(({ path, message }) => ({
    path: ['log', 'options', ...path.filter((step) => typeof step !== 'symbol')],
    message: `the format ${name}: ${message.charAt(0).toLowerCase()}${message.slice(1)}`,
    help: `see docs/formats/${name}.md`,
  }))
}

function schemaFindings(configured: AllSettings['schemas'], format: Format): Finding[] {
  if (format.schemas === undefined || configured !== undefined) return []
  return [
    {
      path: ['log', 'format'],
      message: `the format ${format.name} reads schemas from a registry, and none is configured`,
      help: 'add the section schemas with the url of the registry',
    },
  ]
}

function trainingFindings({ log, labels, retraining }: Settings, format: Format): Finding[] {
  if (labels === undefined || neverRetrains(retraining.policy)) return []
  const help = 'make retraining.policy never'
  if (!format.trainable) {
    const message = `a training job cannot read a log in the format ${format.name}`
    return [{ path: ['log', 'format'], message, help }]
  }
  if (log.kind !== 'pair') return []
  const message = 'a training job cannot join requests and responses'
  return [{ path: ['log', 'kind'], message, help }]
}

/** So every half of a window has had the time of the delay to find its other half when the window is judged. */
function joinFindings({ log, window }: Settings): Finding[] {
  const { delay } = log.join
  if (log.kind !== 'pair') return []
  if (delay < 1) return [{ path: ['log', 'join', 'delay'], message: 'an answer takes time' }]
  if (window.lateness >= delay) return []
  const [needed, given] = [delay, window.lateness].map(formatDuration)
  return [
    {
      path: ['window', 'lateness'],
      message: `a window is judged ${given} after its end, and its last responses may come ${needed} after it`,
      help: `make window.lateness at least ${needed}, or log.join.delay shorter`,
    },
  ]
}
