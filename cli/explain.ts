import { DriftgateError } from '../contracts/errors.ts'
import { suggestion } from '../contracts/nearest-word.ts'
import type { Report } from '../contracts/report.ts'
import { featureDetails } from '../reports/feature-details.ts'
import type { Command } from './command.ts'
import { exit } from './exit-codes.ts'
import { openGateway } from './gateway-client.ts'
import { show } from './output.ts'
import { fetchReport } from './report.ts'

export const explain: Command = {
  name: 'explain',
  summary: 'why one feature got its verdict: numbers, rule, windows',
  arguments: [
    { name: '<model>', summary: 'a model of the applied configuration' },
    { name: '<feature>', summary: 'one of its features, or "(score)"' },
  ],
  options: [
    { flags: '--window <start>', summary: 'start of the window, ISO 8601; the latest by default' },
  ],
  examples: [
    'driftgate explain car-loan car_value',
    'driftgate explain flight-delay hour --window 2001-06-18T00:00:00Z --output json',
  ],
  async run(context) {
    const { model, feature } = context.arguments
    const window = context.options['window']
    const gateway = await openGateway(context)
    const report = await fetchReport(
      gateway,
      model!,
      typeof window === 'string' ? window : undefined,
    )
    const found = featureOf(report, feature!)
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
      },
      () => featureDetails(report, found, context.terminal),
    )
    return exit('done')
  },
}

function featureOf(report: Report, name: string) {
  const found = report.features.find(({ feature }) => feature === name)
  if (found) return found
  const names = report.features.map(({ feature }) => feature)
  throw new DriftgateError('USAGE', {
    reason: `the report of ${report.model} has no feature "${name}"`,
    fix: suggestion(name, names) ?? `run "driftgate report ${report.model}" to see them`,
  })
}
