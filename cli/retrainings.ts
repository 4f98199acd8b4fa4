import { type RetrainingsAnswer, retrainingsAnswer } from '../contracts/api.ts'
import { formatDuration } from '../contracts/duration.ts'
import { DriftgateError } from '../contracts/errors.ts'
import {
  type RetrainingAnswer,
  releaseStormAnswer,
  retrainingAnswer,
} from '../contracts/retraining-answer.ts'
import { instant } from '../reports/numbers.ts'
import type { Command, CommandContext } from './command.ts'
import { exit } from './exit-codes.ts'
import { openGateway } from './gateway-client.ts'
import { show } from './output.ts'

const releaseFix = 'driftgate retrainings release --reason TEXT'

export const retrainings: Command = {
  name: 'retrainings',
  summary: 'retraining budgets, what waits for them, and why a model is not retrained',
  description:
    'Without a model: what of the retraining budget of all models is spent, which models wait and for what, and whether many models that breached at once are held. With one: its retrainings, and what its steward said of retraining it, the newest first. "driftgate retrainings release" ends the hold of many models at once in your name, where you know that their data is sound.',
  arguments: [{ name: '[model]', summary: 'only this model; or "release"' }],
  options: [{ flags: '--reason <text>', summary: 'of a release: kept with it' }],
  examples: [
    'driftgate retrainings',
    'driftgate retrainings car-loan --output json',
    'driftgate retrainings release --reason "prices did change in every market"',
  ],
  async run(context) {
    const { model } = context.arguments
    if (model === 'release') return release(context)
    const gateway = await openGateway(context)
    if (model === undefined) {
      show(context, await gateway.get('retraining', retrainingAnswer), describeAll)
      return exit('done')
    }
    const path = `models/${encodeURIComponent(model)}/retrainings`
    show(context, await gateway.get(path, retrainingsAnswer), describeOne)
    return exit('done')
  },
}

async function release(context: CommandContext): Promise<number> {
  const { reason } = context.options
  if (reason === undefined) {
    throw new DriftgateError('USAGE', { reason: 'a release needs --reason', fix: releaseFix })
  }
  const gateway = await openGateway(context)
  const answer = await gateway.send('POST', 'retraining/release', { reason }, releaseStormAnswer)
  show(context, answer, ({ released }) =>
    released.length === 0
      ? 'nothing is held any more; no retraining was waiting'
      : `nothing is held any more; told: ${released.join(', ')}`,
  )
  return exit('done')
}

function describeAll({ budget, waiting, storm }: RetrainingAnswer): string {
  const spent = budget && [
    ...(budget.runs ? [`${budget.runs.spent} of ${budget.runs.of} runs`] : []),
    ...(budget.cost
      ? [`cost ${Number(budget.cost.spent.toPrecision(6))} of ${budget.cost.of}`]
      : []),
  ]
  return [
    spent === null || budget === null
      ? 'budget   none for all models together'
      : `budget   ${spent.join(', ')} in the last ${formatDuration(budget.periodMs)}`,
    ...(storm
      ? [
          `storm    since ${instant(storm.since)}: ${storm.models.length} of ${storm.fleet} models breached at once, ${storm.stillBad} are still bad`,
          `         suspect upstream; nothing starts by itself. next: ${releaseFix}`,
        ]
      : []),
    ...(waiting.length === 0
      ? ['waiting  none']
      : waiting.flatMap(({ model, since, reason }) => [
          `waiting  ${model} since ${instant(since)}`,
          `         ${reason}`,
        ])),
  ].join('\n')
}

function describeOne({ retrainings: runs, decisions }: RetrainingsAnswer): string {
  return [
    ...(runs.length === 0 ? ['it was never retrained'] : []),
    ...runs.flatMap(({ runKey, state, preparedAt, reason, result, lastLines }) => [
      `${runKey}  ${state}  ${instant(preparedAt)}  ${reason}`,
      ...(result === null ? [] : [`  ${result}`]),
      ...lastLines.map((line) => `  | ${line}`),
    ]),
    ...(decisions.length === 0 ? [] : ['', 'what the steward said of it']),
    ...decisions.map(({ at, sentence }) => `  ${instant(at)}  ${sentence}`),
  ].join('\n')
}
