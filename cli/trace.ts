import {
  type RecordPlace,
  type TraceAnswer,
  type TracedLabel,
  type TracedPrediction,
  type TracedWindow,
  traceAnswer,
} from '../contracts/trace.ts'
import { span } from '../reports/numbers.ts'
import { fromWords, inputSentence, standingWords, unusualTail } from '../reports/traced-words.ts'
import { type Canvas, stateLabel, stateOfVerdict } from '../reports/vocabulary.ts'
import type { Command } from './command.ts'
import { exit } from './exit-codes.ts'
import { openGateway } from './gateway-client.ts'
import { columns, show } from './output.ts'

export const trace: Command = {
  name: 'trace',
  summary:
    'one answer that a model gave: its record in the log, version, score, verdicts and label',
  description:
    'Finds a prediction by its id, where rows of predictions are kept (models with labels): partition and offset of its record, the digest of that record, event time, model version, score, segments, for operators how unusual what was asked is against the reference and in which features, the verdicts of the window that it falls into, and the labels that came for it. A prediction that was read after the cut of its window does not count in its verdict, and that is said. PREDICTION_UNKNOWN where nothing is kept under the id.',
  arguments: [
    { name: '<model>', summary: 'a model of the applied configuration' },
    { name: '<prediction>', summary: 'a prediction id as the log has it' },
  ],
  examples: [
    'driftgate trace car-loan 5f0c1c1e-7a52-4a3e-9a55-0c2b7c1d9a11',
    'driftgate trace car-loan request-17/2 --output json',
  ],
  async run(context) {
    const { model, prediction } = context.arguments
    const gateway = await openGateway(context)
    const path = `models/${encodeURIComponent(model!)}/predictions?id=${encodeURIComponent(prediction!)}`
    const answer = await gateway.get(path, traceAnswer)
    show(context, answer, () => describe(answer, context.terminal))
    return exit('done')
  },
}

const describe = ({ prediction, rows, labels }: TraceAnswer, canvas: Canvas): string =>
  [
    ...rows.map((row) => section(prediction, row, canvas)),
    ...(labels.length === 0 ? ['no label came yet'] : [labelLines(labels, canvas)]),
  ].join('\n\n')

const labelLines = (labels: readonly TracedLabel[], canvas: Canvas): string =>
  [
    canvas.paint('strong', labels.length === 1 ? 'label' : 'labels'),
    columns(
      labels.map(({ label, at, holds, topic, partition, offset }) => [
        label === null ? 'withdrawn' : String(label),
        precise(at),
        holds ? 'holds' : 'holds no more',
        placeOf(topic, { partition, offset, digest: null }),
      ]),
    ),
  ].join('\n')

function section(id: string, row: TracedPrediction, canvas: Canvas): string {
  const { request, repair, segments } = row
  return [
    canvas.paint('strong', `${id}, ${precise(row.at)}`),
    columns([
      ['version', row.version === '' ? '(none)' : row.version],
      ['score', row.score === null ? '(none)' : String(row.score)],
      ...(row.prediction === null ? [] : [['prediction', row.prediction]]),
      ...(segments.length === 0 ? [] : [['segments', segments.join(', ')]]),
      ['record', placeOf(row.topic, row.record)],
      ...(request === null ? [] : [['request', placeOf(row.topic, request)]]),
      ['read', `${precise(row.readAt)}${repair === null ? '' : `, by repair ${repair}`}`],
      ['reading', row.reading],
    ]),
    ...inputLines(row, canvas),
    ...(row.windows.length === 0
      ? ['no window holds it yet']
      : row.windows.flatMap((window) => windowLines(window, canvas))),
  ].join('\n')
}

/** The values that are unusual, at least the three most unusual ones. */
function inputLines({ input, inputAbsent }: TracedPrediction, canvas: Canvas): string[] {
  if (input === null) {
    return inputAbsent === null ? [] : [canvas.paint('faint', `input unknown: ${inputAbsent}`)]
  }
  const odd = input.values.filter(({ tail }) => tail <= unusualTail).length
  const shown = input.values.slice(0, Math.max(3, odd))
  return [
    `input     ${inputSentence(input)}`,
    columns(
      shown.map((value) => [
        `  ${value.feature}`,
        value.value === null ? '(missing)' : String(value.value),
        standingWords(value),
      ]),
    ),
    canvas.paint('faint', `  ${fromWords(input)}`),
  ]
}

function windowLines(
  { verdict, headline, counted, again, ...window }: TracedWindow,
  canvas: Canvas,
) {
  const state = verdict === null ? 'not judged yet' : stateLabel(stateOfVerdict[verdict], canvas)
  return [
    `${state}  window ${span(window)}${verdict === null ? '' : `: ${verdict}`}`,
    ...(headline === null ? [] : [`  ${headline}`]),
    ...(counted ? [] : [canvas.paint('amber', '  it was read after the cut of this window: late')]),
    ...(again.length === 0 ? [] : [`  counted when it was judged once more: ${again.join(', ')}`]),
  ]
}

const placeOf = (topic: string, { partition, offset, digest }: RecordPlace): string =>
  `${topic}, partition ${partition}, offset ${offset}${digest === null ? '' : `, sha256 ${digest}...`}`

/** "2001-01-01 05:00:00.250 UTC". */
const precise = (iso: string): string => iso.replace('T', ' ').replace('Z', ' UTC')
