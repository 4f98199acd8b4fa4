import { type ScanAnswer, scanAnswer } from '../contracts/api.ts'
import { DriftgateError } from '../contracts/errors.ts'
import { reportSchema } from '../contracts/report.ts'
import type { Command, CommandContext } from './command.ts'
import { type GatewayClient, openGateway } from './gateway-client.ts'
import { startProgress } from './progress.ts'
import { showReport } from './report.ts'
import { untilEnded } from './until-ended.ts'

export const scan: Command = {
  name: 'scan',
  summary: 'judge a window now, wait for the verdict, and show its report',
  description:
    'Judges the last whole window, or the one that a schedule firing at --at would judge. Exit status: 0 no drift, 10 drift, 11 data quality, 12 no verdict possible.',
  arguments: [{ name: '<model>', summary: 'a model of the applied configuration' }],
  options: [{ flags: '--at <time>', summary: 'instead of now, ISO 8601' }],
  examples: [
    'driftgate scan car-loan',
    'driftgate scan car-loan --at 2019-04-28T19:00:00Z --output json',
  ],
  async run(context) {
    const model = encodeURIComponent(context.arguments['model']!)
    const gateway = await openGateway(context)
    const at = context.options['at']
    const started = await gateway.send(
      'POST',
      `models/${model}/scan`,
      typeof at === 'string' ? { at } : {},
      scanAnswer,
    )
    const done = await followScan(context, gateway, model, started)
    const id = encodeURIComponent(done.verdictId!)
    return showReport(context, await gateway.get(`models/${model}/verdicts/${id}`, reportSchema))
  },
}

/** Waits until the scan has ended. Throws SCAN_FAILED with its reason. */
async function followScan(
  context: CommandContext,
  gateway: GatewayClient,
  model: string,
  started: ScanAnswer,
): Promise<ScanAnswer> {
  const progress = startProgress(context.terminal, `scan ${started.workflowId}`)
  const path = `models/${model}/scans/${encodeURIComponent(started.scan)}`
  const ask = () => gateway.get(path, scanAnswer)
  const answer = await untilEnded(context, progress, started, ask)
  if (answer.state === 'failed' || answer.verdictId === null) {
    throw new DriftgateError('SCAN_FAILED', {
      workflowId: answer.workflowId,
      reason: answer.reason ?? 'it left no verdict',
    })
  }
  progress.end(`scan ${answer.workflowId} reached its verdict`)
  return answer
}
