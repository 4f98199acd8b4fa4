import { DriftgateError } from '../contracts/errors.ts'
import type { MeasuredPart } from '../contracts/performance.ts'
import { performanceAnswer } from '../contracts/performance-answer.ts'
import type { Command } from './command.ts'
import { exit } from './exit-codes.ts'
import { openGateway } from './gateway-client.ts'
import { show } from './output.ts'
import { describePerformance } from './performance-view.ts'

export const performance: Command = {
  name: 'performance',
  summary: 'how well a model did, window by window: estimated, and by the labels that came',
  description:
    'Estimates each window before its labels come, by those of the first final windows of the version, and joins its predictions with them as they do by prediction id. What is shown is provisional until labels of the declared delay (labels.delay) after the window are there, and final from then on. Coverage, the share of predictions with a label, stands beside every number; too few labels are said, never guessed over. A final window is judged: DRIFT where a rule says that the model does worse, with the rule, its numbers and since when. An estimate stands with the interval in which labels will find the metric, if nothing but inputs changed, and beside what they found. Exits with 12 where no window could be measured or estimated.',
  arguments: [{ name: '<model>', summary: 'a model of the applied configuration' }],
  options: [
    { flags: '--windows <n>', summary: 'the newest windows that are listed', default: '12' },
    { flags: '--segments', summary: 'with the segments of each window, and every look at them' },
  ],
  examples: [
    'driftgate performance car-loan',
    'driftgate performance car-loan --windows 100 --segments --output json',
  ],
  async run(context) {
    const { model } = context.arguments
    const gateway = await openGateway(context)
    const limit = encodeURIComponent(String(context.options['windows']))
    const path = `models/${encodeURIComponent(model!)}/performance?limit=${limit}`
    const answer = await gateway.get(path, performanceAnswer)
    if (answer.labels === null) throw new DriftgateError('LABELS_MISSING', { model: answer.model })
    const segments = context.options['segments'] === true
    show(context, answer, () => describePerformance(answer, segments, context.terminal))
    const isMeasured = answer.windows.some(({ parts }) => parts.some(measured))
    const isEstimated = answer.estimates.some(({ parts }) =>
      parts.some(({ state }) => state === 'ESTIMATED'),
    )
    return exit(isMeasured || isEstimated ? 'done' : 'noVerdict')
  },
}

const measured = ({ state }: MeasuredPart): boolean => state === 'MEASURED'
