import { historyAnswer, incidentsAnswer, releasesAnswer } from '../contracts/api.ts'
import { type Report, reportSchema, type VerdictName } from '../contracts/report.ts'
import type { ModelPast } from '../reports/past-sections.ts'
import { reportTable } from '../reports/report-table.ts'
import type { Command, CommandContext } from './command.ts'
import { type ExitName, exit } from './exit-codes.ts'
import { type GatewayClient, openGateway } from './gateway-client.ts'
import { show } from './output.ts'
import { htmlOption, writePage } from './write-page.ts'

/** The exit status that a verdict stands for. */
export const exitOfVerdict: Readonly<Record<VerdictName, ExitName>> = {
  NO_DRIFT: 'done',
  DRIFT: 'drift',
  DATA_QUALITY: 'dataQuality',
  INSUFFICIENT_DATA: 'noVerdict',
  INCOMPLETE_WINDOW: 'noVerdict',
  INSUFFICIENT_LABELS: 'noVerdict',
  STALE: 'noVerdict',
}

export const report: Command = {
  name: 'report',
  summary: 'the verdict of one window: every feature with its effect, threshold and distribution',
  arguments: [{ name: '<model>', summary: 'a model of the applied configuration' }],
  options: [
    { flags: '--window <start>', summary: 'start of the window, ISO 8601; the latest by default' },
    {
      flags: '--again',
      summary: 'the last look at it after its verdict, when enough rows came later',
    },
    htmlOption,
  ],
  examples: [
    'driftgate report car-loan --html car-loan.html',
    'driftgate report car-loan --window 2019-03-29T18:00:00Z --output json',
  ],
  async run(context) {
    const gateway = await openGateway(context)
    const window = context.options['window']
    const found = await fetchReport(
      gateway,
      context.arguments['model']!,
      typeof window === 'string' ? window : undefined,
      context.options['again'] === true,
    )
    await writePage(context, found, () => fetchPast(gateway, found))
    return showReport(context, found)
  },
}

/** The report of the window that begins at `start`, or the latest; `again`: of the last look at it. Throws MODEL_UNKNOWN, VERDICT_UNKNOWN. */
export function fetchReport(
  gateway: GatewayClient,
  model: string,
  start?: string,
  again = false,
): Promise<Report> {
  const id = start === undefined ? 'latest' : encodeURIComponent(start)
  return gateway.get(
    `models/${encodeURIComponent(model)}/verdicts/${id}${again ? '?again=true' : ''}`,
    reportSchema,
  )
}

/** What the gateway knows of the model up to the window of a report, and its incidents and releases. */
async function fetchPast(gateway: GatewayClient, { model, window }: Report): Promise<ModelPast> {
  const name = encodeURIComponent(model)
  const until = encodeURIComponent(window.start)
  const [{ windows }, { incidents }, { releases }] = await Promise.all([
    gateway.get(`models/${name}/history?until=${until}`, historyAnswer),
    gateway.get(`models/${name}/incidents`, incidentsAnswer),
    gateway.get(`releases?model=${name}`, releasesAnswer),
  ])
  return { windows, incidents, releases }
}

export function showReport(context: CommandContext, found: Report): number {
  show(context, found, (value) => reportTable(value, context.terminal))
  return exit(exitOfVerdict[found.verdict])
}
