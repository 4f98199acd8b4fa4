import { basename, resolve } from 'node:path'
import { DriftgateError } from '../contracts/errors.ts'
import type { InferredFeature, InferredFeatures } from '../formats/infer-features.ts'
import { count } from '../reports/numbers.ts'
import type { Command } from './command.ts'
import { show } from './output.ts'

export const inferSchema: Command = {
  name: 'infer-schema',
  summary: 'the features section of a configuration, guessed from a file of predictions',
  description:
    'Writes the features section of a configuration: types, and in comments ranges and numbers of values, for a person to look through. Reads a file of JSON lines, CSV or Parquet (.jsonl, .ndjson, .csv, .tsv, .parquet; text also as .gz), such as records taken from the prediction log. Needs no server and no configuration.',
  options: [
    { flags: '--file <file>', summary: 'the file to look at', required: true },
    {
      flags: '--section <name>',
      summary: 'the member of a record with its features',
      default: 'features',
    },
  ],
  examples: [
    'driftgate infer-schema --file predictions.jsonl',
    'driftgate infer-schema --file train.parquet --output json',
  ],
  async run(context) {
    const [{ readRecords }, { featureInference }] = await Promise.all([
      import('../adapters/files/read-rows.ts'),
      import('../formats/infer-features.ts'),
    ])
    const given = String(context.options['file'])
    const inference = featureInference(String(context.options['section']))
    await readRecords(resolve(context.folder, given), (record) => {
      if (context.signal.aborted) throw new Error('stopped')
      inference.add(record)
    })
    const found = inference.end()
    if (found.features.length === 0) {
      const [reason, place] = ['nothing in it could be a feature', '']
      throw new DriftgateError('FILE_UNREADABLE', { file: basename(given), place, reason })
    }
    show(context, { schema: 'driftgate-features/1', ...found } as const, (value) =>
      featuresYaml(basename(given), value),
    )
    return 0
  },
}

/** The section as YAML, with what was seen in comments. */
export function featuresYaml(file: string, found: InferredFeatures): string {
  const lines = found.features.map((feature): [string, string] => [
    settingsOf(feature),
    feature.note,
  ])
  const widest = Math.min(60, Math.max(...lines.map(([setting]) => setting.length)))
  return [
    `# Guessed from ${count(found.records)} records of ${comment(file)}: look through it, each line.`,
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
