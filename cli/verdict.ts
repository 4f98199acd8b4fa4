import { type VerdictSummary, verdictsAnswer } from '../contracts/api.ts'
import { DriftgateError } from '../contracts/errors.ts'
import { countWindows, type VerdictSince, worstOf } from '../contracts/verdicts-since.ts'
import { instant, span } from '../reports/numbers.ts'
import { stateLabel, stateOfVerdict } from '../reports/vocabulary.ts'
import type { Command } from './command.ts'
import { type ExitName, exit } from './exit-codes.ts'
import { openGateway } from './gateway-client.ts'
import { columns, show } from './output.ts'
import type { Terminal } from './terminal.ts'
import { durationOf, timeAgoOf } from './time-option.ts'
import { waitFor } from './wait-for.ts'

const exitOf: Readonly<Record<VerdictSince, ExitName>> = {
  DRIFT: 'drift',
  DATA_QUALITY: 'dataQuality',
  UNDECIDED: 'noVerdict',
  NO_DRIFT: 'done',
}

export const verdict: Command = {
  name: 'verdict',
  summary: 'the verdicts of all windows since a time, for a step of a pipeline',
  description:
    'Shows the verdicts of windows that begin at or after --since, the newest first. Exit status, by the worst of them: 10 drift, 11 data quality, 12 a window could not be judged or there is none, 0 no drift in any. No data is never "no drift".',
  arguments: [{ name: '<model>', summary: 'a model of the applied configuration' }],
  options: [
    {
      flags: '--since <time>',
      summary: 'windows that begin at or after it; ISO 8601, or 2h ago as 2h',
      required: true,
    },
    { flags: '--wait <duration>', summary: 'for the first verdict, at most so long' },
  ],
  examples: [
    'driftgate verdict car-loan --since 24h',
    'driftgate verdict car-loan --since 2019-03-29T18:00:00Z --wait 30m --output json',
  ],
  async run(context) {
    const model = context.arguments['model']!
    const sinceMs = timeAgoOf('--since', context.options['since'])
    const { wait } = context.options
    const timeoutMs = wait === undefined ? 0 : durationOf('--wait', wait)
    if (Number.isNaN(sinceMs)) {
      throw new DriftgateError('USAGE', { reason: '--since is empty', fix: '--since 24h' })
    }
    const since = new Date(sinceMs).toISOString()
    const gateway = await openGateway(context)
    const path = `models/${encodeURIComponent(model)}/verdicts?since=${encodeURIComponent(since)}`
    const { answer: verdicts } = await waitFor(context, {
      title: `verdict ${model}`,
      timeoutMs,
      ask: async (patienceMs) => (await gateway.get(path, verdictsAnswer, patienceMs)).verdicts,
      isOver: (found) => found.length > 0,
      say: () => `0 verdicts since ${instant(since)}`,
    })
    const windows = countWindows(verdicts.map((each) => each.verdict))
    const worst = worstOf(windows)
    const value = { schema: 'driftgate-verdict/1' as const, model, since, verdict: worst, windows }
    show(context, { ...value, verdicts }, () =>
      [
        ...(verdicts.length === 0 ? [] : [table(verdicts, context.terminal)]),
        `${model} since ${instant(since)}: ${worst} (${windows.drift} drift, ${windows.dataQuality} data quality, ${windows.undecided} undecided, ${windows.noDrift} no drift)`,
      ].join('\n'),
    )
    return exit(exitOf[worst])
  },
}

const table = (verdicts: readonly VerdictSummary[], terminal: Terminal): string =>
  columns(
    verdicts.map(({ verdict: name, window, headline }) => [
      stateLabel(stateOfVerdict[name], terminal),
      name,
      span(window),
      headline,
    ]),
  )
