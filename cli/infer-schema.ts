import { basename, resolve } from 'node:path'
import { DriftgateError } from '../contracts/errors.ts'
import {
  type InferredFeature,
  type InferredFeatures,
  inferredAnswer,
} from '../contracts/inferred-features.ts'
import { count } from '../reports/numbers.ts'
import type { Command, CommandContext } from './command.ts'
import { openGateway } from './gateway-client.ts'
import { show } from './output.ts'

export const inferSchema: Command = {
  name: 'infer-schema',
  summary: 'the features section of a configuration, guessed from predictions in a topic or a file',
  description:
    'Writes the features section of a configuration: types, and in comments ranges and numbers of values, for a person to look through. Looks at the newest records of a topic of JSON objects, through the gateway; or at a whole file of JSON lines, CSV or Parquet (.jsonl, .ndjson, .csv, .tsv, .parquet; text also as .gz), which needs no server and no configuration.',
  options: [
    { flags: '--topic <topic>', summary: 'the topic to look into; needs the role operator' },
    { flags: '--file <file>', summary: 'the file to look at instead' },
    {
      flags: '--records <n>',
      summary: 'of a topic, so many of the newest records',
      default: '2000',
    },
    {
      flags: '--section <name>',
      summary: 'the member of a record with its features',
      default: 'features',
    },
  ],
  examples: [
    'driftgate infer-schema --topic car-loan.predictions',
    'driftgate infer-schema --file predictions.jsonl --output json',
  ],
  async run(context) {
    const { file, topic } = context.options
    if ((file === undefined) === (topic === undefined)) {
      throw new DriftgateError('USAGE', {
        reason: 'infer-schema looks at either a topic or a file',
        fix: 'give --topic or --file',
      })
    }
    const source = file === undefined ? String(topic) : basename(String(file))
    const found = file === undefined ? await ofTopic(context) : await ofFile(context)
    if (found.features.length === 0) {
      const looked = `${count(found.records)} records, ${count(found.unreadable)} that are no JSON object`
      const [first] = found.leftOut
      const reason = first === undefined ? looked : `${looked}; ${first.name}: ${first.reason}`
      throw new DriftgateError('FEATURES_NOT_FOUND', { source, reason })
    }
    show(context, { ...found, schema: 'driftgate-features/1' } as const, (value) =>
      featuresYaml(source, value),
    )
    return 0
  },
}

async function ofTopic(context: CommandContext): Promise<InferredFeatures> {
  const { topic, records, section } = context.options
  const query = new URLSearchParams({ records: String(records), section: String(section) })
  const gateway = await openGateway(context)
  const path = `topics/${encodeURIComponent(String(topic))}/features?${query}`
  return gateway.get(path, inferredAnswer)
}

async function ofFile(context: CommandContext): Promise<InferredFeatures> {
  const [{ readRecords }, { featureInference }] = await Promise.all([
    import('../adapters/files/read-rows.ts'),
    import('../formats/infer-features.ts'),
  ])
  const inference = featureInference(String(context.options['section']))
  await readRecords(resolve(context.folder, String(context.options['file'])), (record) => {
    if (context.signal.aborted) throw new Error('stopped')
    inference.add(record)
  })
  return inference.end()
}

/** The section as YAML, with what was seen in comments. */
export function featuresYaml(source: string, found: InferredFeatures): string {
  const lines = found.features.map((feature): [string, string] => [
    settingsOf(feature),
    feature.note,
  ])
  const widest = Math.min(60, Math.max(...lines.map(([setting]) => setting.length)))
  return [
    `# Guessed from ${count(found.records)} records of ${comment(source)}: look through it, each line.`,
    ...(found.unreadable === 0 ? [] : [`# ${count(found.unreadable)} more were no JSON object.`]),
    ...(found.section === ''
      ? ['# The features stand beside the other parts: log.paths.features is "".']
      : []),
    'features:',
    ...lines.map(([setting, note]) => `  ${setting.padEnd(widest)}  # ${comment(note)}`),
    ...(found.leftOut.length === 0 ? [] : ['# Left out:']),
    ...found.leftOut.map(({ name, reason }) => `#   ${comment(name)}: ${reason}`),
  ].join('\n')
}

function settingsOf({ name, type, path, width, projections }: InferredFeature): string {
  const settings = [
    `type: ${type}`,
    ...(path === undefined ? [] : [`path: ${quoted(path)}`]),
    ...(width === undefined ? [] : [`width: ${width}`]),
    ...(projections === undefined ? [] : [`projections: ${projections}`]),
  ]
  return `${quoted(name)}: { ${settings.join(', ')} }`
}

/** Words that YAML takes for something else, and whatever is no plain word, stand in quotes. */
const quoted = (text: string): string =>
  /^[A-Za-z_][\w-]*(\.[A-Za-z_][\w-]*)*$/.test(text) &&
  !/^(true|false|null|yes|no|on|off|y|n)$/i.test(text)
    ? text
    : JSON.stringify(text)

/** What a log holds never ends a comment. */
const comment = (text: string): string => text.replace(/[\p{Cc}\u2028\u2029\ufeff]/gu, ' ')
