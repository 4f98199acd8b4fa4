import { DriftgateError } from '../contracts/errors.ts'
import { suggestion } from '../contracts/nearest-word.ts'
import type { Report } from '../contracts/report.ts'
import { whyAnswer } from '../contracts/why.ts'
import { featureDetails } from '../reports/feature-details.ts'
import { whyPage } from '../reports/why-page.ts'
import { whyHead, whyLines, whyText, whyTitle } from '../reports/why-text.ts'
import type { Command, CommandContext } from './command.ts'
import { exit } from './exit-codes.ts'
import { explainIncident } from './explain-incident.ts'
import { type GatewayClient, openGateway } from './gateway-client.ts'
import { show } from './output.ts'
import { fetchReport } from './report.ts'
import { writeHtml } from './write-page.ts'

export const explain: Command = {
  name: 'explain',
  summary: 'why a window or an incident is as it is: the kind of drift, which rows, which feature',
  description:
    'Tells which kind of drift a window shows, by what, how sure that is, what it suggests, and which rows stand out, whether they were declared as segments or not. Before its labels are final the kind is told by the data and the estimate, and says what is missing. With a feature: its numbers, rule and distribution, too. With the id of an incident: its latest window, and the latest of it that labels have judged.',
  arguments: [
    { name: '<model>', summary: 'a model of the applied configuration, or the id of an incident' },
    { name: '[feature]', summary: 'one of its features, or "(score)"' },
  ],
  options: [
    { flags: '--window <start>', summary: 'start of the window, ISO 8601; the latest by default' },
    { flags: '--html <file>', summary: 'write what it says as one page, too; not of a feature' },
  ],
  examples: [
    'driftgate explain car-loan',
    'driftgate explain car-loan car_value',
    'driftgate explain car-loan/PERFORMANCE/2019-02-27T18:00:00.000Z --html why.html',
    'driftgate explain flight-delay hour --window 2001-06-18T00:00:00Z --output json',
  ],
  async run(context) {
    const { model, feature } = context.arguments
    const window = textOf(context.options['window'])
    refuseMixed(context)
    const gateway = await openGateway(context)
    if (model!.includes('/')) return explainIncident(context, gateway, model!)
    if (feature !== undefined) return explainFeature(context, gateway, feature, window)
    const why = await fetchWhy(gateway, model!, window)
    await writeHtml(context, async () => whyPage(whyTitle(why.model, why), whyHead(why), [why]))
    show(context, why, () => whyText(why.model, why, context.terminal))
    return exit('done')
  },
}

async function explainFeature(
  context: CommandContext,
  gateway: GatewayClient,
  feature: string,
  window: string | undefined,
): Promise<number> {
  const report = await fetchReport(gateway, context.arguments['model']!, window)
  const found = featureOf(report, feature)
  const { schema: _, ...why } = await fetchWhy(gateway, report.model, report.window.start)
  show(
    context,
    {
      schema: 'driftgate-explanation/1',
      model: report.model,
      window: report.window,
      verdict: report.verdict,
      feature: found,
      explanation: report.explanation?.feature === found.feature ? report.explanation : null,
      evidence: report.evidence,
      ...(report.absorbed && { absorbed: report.absorbed }),
      why,
    },
    () =>
      [
        featureDetails(report, found, context.terminal),
        '',
        ...whyLines(why, context.terminal),
      ].join('\n'),
  )
  return exit('done')
}

const fetchWhy = (gateway: GatewayClient, model: string, window = 'latest') =>
  gateway.get(`models/${encodeURIComponent(model)}/why/${encodeURIComponent(window)}`, whyAnswer)

/** An incident has its windows, and a page is of windows. */
function refuseMixed({ arguments: { model, feature }, options }: CommandContext): void {
  const isIncident = model!.includes('/')
  if (isIncident && (feature !== undefined || options['window'] !== undefined)) {
    throw new DriftgateError('USAGE', {
      reason: 'an incident is explained by its own windows, as a whole',
      fix: `driftgate explain ${model}`,
    })
  }
  if (feature !== undefined && options['html'] !== undefined) {
    throw new DriftgateError('USAGE', {
      reason: 'there is no page of one feature',
      fix: `driftgate report ${model} --html FILE has a page of all of them`,
    })
  }
}

const textOf = (option: string | boolean | undefined): string | undefined =>
  typeof option === 'string' ? option : undefined

function featureOf(report: Report, name: string) {
  const found = report.features.find(({ feature }) => feature === name)
  if (found) return found
  const names = report.features.map(({ feature }) => feature)
  throw new DriftgateError('USAGE', {
    reason: `the report of ${report.model} has no feature "${name}"`,
    fix: suggestion(name, names) ?? `run "driftgate report ${report.model}" to see them`,
  })
}
