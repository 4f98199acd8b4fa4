import { type BackfillAnswer, backfillAnswer } from '../contracts/backfill.ts'
import { DriftgateError } from '../contracts/errors.ts'
import { count, instant } from '../reports/numbers.ts'
import type { Command, CommandContext } from './command.ts'
import { exit } from './exit-codes.ts'
import { type GatewayClient, openGateway } from './gateway-client.ts'
import { show } from './output.ts'
import { startProgress } from './progress.ts'
import { untilEnded } from './until-ended.ts'

export const backfill: Command = {
  name: 'backfill',
  summary: 'read older records of a log into the reading in force',
  description:
    'A log that is read in a new way begins with a new window: those before are not there. This reads the older records in the new way too, each once, down to the first one that the broker has from the window that --since lies in. Verdicts that were reached stay as they are; those from now on may use the older windows. Goes on where it was stopped, and asked for again it changes nothing. Ctrl-C only ends the waiting; --cancel stops it, and what was read stays.',
  arguments: [{ name: '<model>', summary: 'a model of the applied configuration' }],
  options: [
    { flags: '--since <time>', summary: 'the first event time that windows shall hold, ISO 8601' },
    { flags: '--status', summary: 'only say how far it has come' },
    { flags: '--cancel', summary: 'stop it' },
  ],
  examples: [
    'driftgate backfill car-loan --since 2019-03-01T00:00:00Z',
    'driftgate backfill car-loan --status --output json',
  ],
  async run(context) {
    const { since, status, cancel } = context.options
    const wanted = [since !== undefined, status === true, cancel === true].filter(Boolean)
    if (wanted.length !== 1) {
      throw new DriftgateError('USAGE', { reason: 'say one of --since, --status and --cancel' })
    }
    const gateway = await openGateway(context)
    const path = `models/${encodeURIComponent(context.arguments['model']!)}/backfill`
    const answer =
      status === true
        ? await gateway.get(path, backfillAnswer)
        : cancel === true
          ? await gateway.send('POST', `${path}/cancel`, {}, backfillAnswer)
          : await read(context, gateway, path, String(since))
    show(context, answer, () => told(answer))
    return exit('done')
  },
}

/** Starts and waits until it has ended. Throws BACKFILL_FAILED with its reason. */
async function read(
  context: CommandContext,
  gateway: GatewayClient,
  path: string,
  since: string,
): Promise<BackfillAnswer> {
  const started = await gateway.send('POST', path, { since }, backfillAnswer)
  const progress = startProgress(context.terminal, `backfill ${started.workflowId}`)
  const ask = () => gateway.get(path, backfillAnswer)
  const answer = await untilEnded(context, progress, started, ask, share)
  if (answer.state === 'failed') {
    throw new DriftgateError('BACKFILL_FAILED', { reason: answer.reason ?? 'it left no result' })
  }
  progress.end(`backfill ${answer.workflowId} has ended`)
  return answer
}

function share({ progress }: BackfillAnswer): string {
  if (progress === null) return 'looking for its first record'
  const { read, wanted } = progress
  return `${count(read)} of ${count(wanted)} offsets`
}

function told(answer: BackfillAnswer): string {
  const { model, state, progress, reason } = answer
  if (progress === null) return `the backfill of ${model} has begun`
  const { reading, since, wanted, slices, good, bad, foreign, lost } = progress
  const what = `reading ${reading} of ${model}`
  if (state === 'done' && wanted === 0) {
    return `${what} holds windows from ${instant(since)} on, nothing was left to read`
  }
  const sums = [
    `${count(good)} records read and counted`,
    ...(bad > 0 ? [`${count(bad)} unreadable`] : []),
    ...(foreign > 0 ? [`${count(foreign)} of other models`] : []),
    ...(lost > 0 ? [`${count(lost)} lost`] : []),
    `in ${count(slices)} ${slices === 1 ? 'slice' : 'slices'}`,
  ].join(', ')
  if (state === 'done') return `${what} holds windows from ${instant(since)} on: ${sums}`
  const going = { running: 'goes on', cancelled: 'was stopped', failed: 'has failed' }[state]
  const why = reason === null ? '' : `: ${reason}`
  return `the backfill of ${model} from ${instant(since)} ${going} at ${share(answer)}${why}; ${sums}`
}
