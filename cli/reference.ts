import { basename, resolve } from 'node:path'
import { configAnswer } from '../contracts/apply.ts'
import type { Binning } from '../contracts/binning.ts'
import { binningProblem } from '../contracts/binning-fit.ts'
import type { ModelSettings } from '../contracts/config.ts'
import { DriftgateError } from '../contracts/errors.ts'
import {
  type ReferenceAnswer,
  type ReferencesAnswer,
  type ReferenceUpload,
  referenceAnswer,
  referencesAnswer,
} from '../contracts/reference-upload.ts'
import { count, instant, span } from '../reports/numbers.ts'
import type { Command, CommandContext } from './command.ts'
import { exit } from './exit-codes.ts'
import { type GatewayClient, openGateway } from './gateway-client.ts'
import { columns, show } from './output.ts'
import { startProgress } from './progress.ts'
import type { PartColumns, ReadRows } from './reference-rows.ts'
import { parseChecked } from './settings-file.ts'

export const reference: Command = {
  name: 'reference',
  summary:
    'what the windows of a model are held against; give the rows that a version was trained on',
  description:
    'Sums up a file of rows (CSV, JSON lines or Parquet; text also as .gz) as the reference of a model version that was trained elsewhere, and puts it in force; the rows stay here, but for a sample where data.rows keeps one. A row is as the prediction log has it, or flat with a column for each feature. Rows without a score are fine: then nothing is said of the score. A reference that a version has is never replaced. Without --file it lists the references of the model.',
  arguments: [{ name: '<model>', summary: 'a model of the applied configuration' }],
  options: [
    { flags: '--file <file>', summary: 'the rows; needs the role operator' },
    {
      flags: '--model-version <version>',
      summary: 'the version that was trained on them, as the log names it',
    },
    { flags: '--score <column>', summary: 'what the model said of the row; log.paths.score' },
    { flags: '--prediction <column>', summary: 'the class it chose; log.paths.prediction' },
    { flags: '--time <column>', summary: 'the time of the row; log.paths.time' },
    { flags: '--id <column>', summary: 'what tells the rows of the sample apart; log.paths.id' },
  ],
  examples: [
    'driftgate reference car-loan --file training.parquet --model-version 1',
    'driftgate reference car-loan --file scored.csv --model-version 2 --score probability --output json',
  ],
  async run(context) {
    const model = context.arguments['model']!
    const { file, modelVersion } = context.options
    if ((file === undefined) !== (modelVersion === undefined)) {
      const reason = 'rows belong to a version'
      throw new DriftgateError('USAGE', { reason, fix: 'give both --file and --model-version' })
    }
    const gateway = await openGateway(context)
    const route = `models/${encodeURIComponent(model)}/references`
    const found = await gateway.get(route, referencesAnswer)
    if (file === undefined) {
      show(context, found, listed)
      return exit('done')
    }
    const settings = await appliedSettings(gateway, model)
    const { binning: known } = found
    const fits = known !== null && binningProblem(model, settings, known) === null
    const given = { model, file: String(file), settings, binning: fits ? known : null }
    const { upload, read } = await summedUp(context, given)
    const answer = await gateway.send('POST', route, upload, referenceAnswer)
    show(context, { ...answer, unreadable: read.unreadable }, () => told(answer, read, given.file))
    return exit('done')
  },
}

interface Given {
  readonly model: string
  readonly file: string
  readonly settings: ModelSettings
  readonly binning: Binning | null
}

async function summedUp(
  context: CommandContext,
  { model, file, settings, binning }: Given,
): Promise<{ upload: ReferenceUpload; read: ReadRows }> {
  const [{ buildReference }, { fileDigest }] = await Promise.all([
    import('./reference-file.ts'),
    import('../adapters/files/read-rows.ts'),
  ])
  const path = resolve(context.folder, file)
  const column = (name: string) => context.options[name] as string | undefined
  const parts: PartColumns = {
    ...{ score: column('score'), prediction: column('prediction') },
    ...{ time: column('time'), id: column('id') },
  }
  const progress = startProgress(context.terminal, 'reference')
  const { upload, read } = await buildReference({
    ...{ path, model, settings, columns: parts, binning, signal: context.signal },
    version: String(context.options['modelVersion']),
    onRows: (pass, rows) =>
      progress.say(
        `${pass === 'binning' ? 'finding the cells' : 'counting'}: ${count(rows)} rows of ${basename(file)}`,
      ),
  })
  const source = { file: basename(file), digest: await fileDigest(path) }
  progress.end(`${count(read.rows)} rows of ${basename(file)}`)
  return { upload: { ...upload, source }, read }
}

/** The model as it is applied: what the gateway will hold the reference against. */
async function appliedSettings(gateway: GatewayClient, model: string): Promise<ModelSettings> {
  const { text } = await gateway.get('config', configAnswer)
  const { models } = await parseChecked(text, 'the applied configuration')
  const found = Object.hasOwn(models, model) ? models[model] : undefined
  if (found === undefined) throw new DriftgateError('MODEL_UNKNOWN', { model })
  return found
}

function told(answer: ReferenceAnswer, read: ReadRows, file: string): string {
  const { model, version, rows, changed } = answer
  const lines = [
    changed
      ? `reference of version ${version} of ${model}: ${count(rows)} rows of ${basename(file)}, in force`
      : `version ${version} of ${model} has this reference already, nothing changed`,
  ]
  if (read.unreadable > 0) {
    lines.push(`${count(read.unreadable)} rows were left out, the first is ${read.example}`)
  }
  return [...lines, `judge the last window now: driftgate scan ${model}`].join('\n')
}

function listed({ model, references }: ReferencesAnswer): string {
  if (references.length === 0) {
    return `${model} has no reference yet: driftgate reference ${model} --file FILE --model-version VERSION`
  }
  return columns([
    ['version', 'reference', 'rows', 'in force since', 'given by'],
    ...references.map(({ version, name, rows, inForceSince, origin }) => [
      ...[version, name, count(rows), instant(inForceSince)],
      givenBy(origin),
    ]),
  ])
}

function givenBy(origin: ReferencesAnswer['references'][number]['origin']): string {
  if (origin === null) return 'its training job'
  return 'file' in origin
    ? `${origin.person}, of ${origin.file}`
    : `the log ${span({ start: origin.from, end: origin.to })}, by ${origin.release}`
}
