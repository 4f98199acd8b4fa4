import {
  type DeadLetterCause,
  type DeadLettersAnswer,
  deadLettersAnswer,
  type RepairAnswer,
  type RepairResult,
  repairAnswer,
} from '../contracts/dead-letters.ts'
import { DriftgateError } from '../contracts/errors.ts'
import { count, instant } from '../reports/numbers.ts'
import type { Canvas } from '../reports/vocabulary.ts'
import type { Command, CommandContext } from './command.ts'
import { exit } from './exit-codes.ts'
import { type GatewayClient, openGateway } from './gateway-client.ts'
import { columns, show } from './output.ts'
import { startProgress } from './progress.ts'
import { untilEnded } from './until-ended.ts'

const longestExample = 200

export const deadLetters: Command = {
  name: 'dead-letters',
  summary: 'the records of a model that could not be read, by cause, and reading them again',
  description:
    'Groups the unreadable records of the predictions and labels of a model by cause, each with its newest example; an operator sees its bytes where log.keepBadBytes keeps them. After a fix --reread fetches them again: what can be read now is counted in its own window, or is a label from then on, by a repair linked to the slice that met it. Verdicts that were reached and final measures stay as they are.',
  arguments: [{ name: '<model>', summary: 'a model of the applied configuration' }],
  options: [
    { flags: '--list <n>', summary: 'list so many of the newest ones', default: '0' },
    { flags: '--reread', summary: 'fetch them again, and count what can be read now' },
  ],
  examples: [
    'driftgate dead-letters car-loan --list 20',
    'driftgate dead-letters car-loan --reread --output json',
  ],
  async run(context) {
    const model = encodeURIComponent(context.arguments['model']!)
    const gateway = await openGateway(context)
    if (context.options['reread'] === true) {
      show(context, await reread(context, gateway, model), told)
      return exit('done')
    }
    const letters = encodeURIComponent(String(context.options['list']))
    const path = `models/${model}/dead-letters?letters=${letters}`
    const answer = await gateway.get(path, deadLettersAnswer)
    show(context, answer, () => describe(answer, context.terminal))
    return exit('done')
  },
}

/** Starts a repair and waits until it has ended. Throws REPAIR_FAILED with its reason. */
async function reread(
  context: CommandContext,
  gateway: GatewayClient,
  model: string,
): Promise<RepairAnswer> {
  const path = `models/${model}/repair`
  const started = await gateway.send('POST', path, {}, repairAnswer)
  const progress = startProgress(context.terminal, `repair ${started.workflowId}`)
  const ask = () => gateway.get(path, repairAnswer)
  const answer = await untilEnded(context, progress, started, ask)
  if (answer.state === 'failed') {
    throw new DriftgateError('REPAIR_FAILED', { reason: answer.reason ?? 'it left no result' })
  }
  progress.end(`repair ${answer.workflowId} has ended`)
  return answer
}

function told({ result }: RepairAnswer): string {
  if (result === null) return noLetter
  const { labels, rejudged } = result
  const predictions = [
    ...toldOf(result),
    ...(rejudged > 0 ? [`${count(rejudged)} windows judged once more`] : []),
  ]
  const parts = [
    ...(predictions.length === 0 ? [] : [predictions.join(', ')]),
    ...(labels === null || toldOf(labels).length === 0
      ? []
      : [`of labels ${toldOf(labels).join(', ')}`]),
  ]
  return parts.length === 0 ? noLetter : parts.join('; ')
}

const noLetter = 'there was no dead letter to read again'

const toldOf = ({
  good,
  foreign,
  bad,
  gone,
}: Pick<RepairResult, 'good' | 'foreign' | 'bad' | 'gone'>): string[] =>
  good + foreign + bad + gone === 0
    ? []
    : [
        `${count(good)} read and counted`,
        ...(foreign > 0 ? [`${count(foreign)} of other models`] : []),
        ...(bad > 0 ? [`${count(bad)} still unreadable`] : []),
        ...(gone > 0 ? [`${count(gone)} no longer in the log`] : []),
      ]

function describe(answer: DeadLettersAnswer, canvas: Canvas): string {
  const { model, unread, repaired, causes, letters } = answer
  const before = repaired > 0 ? `; repaired: ${count(repaired)}` : ''
  if (unread === 0) return `${model} has no dead letters${before}`
  const lines = [
    `${canvas.paint('strong', model)}  ${count(unread)} dead ${unread === 1 ? 'letter' : 'letters'}${before}`,
    ...causes.flatMap((cause) => ['', ...describeCause(cause, canvas)]),
  ]
  if (letters.length > 0) {
    lines.push(
      '',
      columns([
        ['topic', 'partition', 'offset', 'received', 'code', 'reason'],
        ...letters.map(({ topic, partition, offset, at, code, reason }) => [
          ...[topic, String(partition), offset, instant(at), code, reason],
        ]),
      ]),
    )
  }
  lines.push('', canvas.paint('faint', `after a fix: driftgate dead-letters ${model} --reread`))
  return lines.join('\n')
}

function describeCause(cause: DeadLetterCause, canvas: Canvas): string[] {
  const { topic, code, field, letters, first, last, example } = cause
  const where = field === null ? '' : `  ${field}`
  const bytes = example.bytes === null ? [] : [`  ${preview(example.bytes)}`]
  return [
    `${canvas.paint('amber', code)}${where}  ${count(letters)} from ${instant(first)} to ${instant(last)}`,
    `  ${example.reason}, as in ${topic}/${example.partition} at offset ${example.offset}`,
    ...bytes.map((line) => canvas.paint('faint', line)),
  ]
}

/** The beginning of a record, with nothing in it that a terminal would obey. */
function preview(base64: string): string {
  const text = Buffer.from(base64, 'base64').toString('utf8')
  const shown = JSON.stringify([...text].slice(0, longestExample).join('')).slice(1, -1)
  const plain = shown
    .replaceAll('\\"', '"')
    .replace(/[\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g, '?')
  return [...text].length > longestExample ? `${plain}...` : plain
}
