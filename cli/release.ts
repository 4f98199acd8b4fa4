import { DriftgateError } from '../contracts/errors.ts'
import {
  type OutcomeName,
  outcomeSchema,
  type ReleaseView,
  releaseViewSchema,
} from '../contracts/release.ts'
import { orderCommand, reinstateAnswer } from '../contracts/rollout.ts'
import { stateOfRelease } from '../reports/model-tree.ts'
import { instant } from '../reports/numbers.ts'
import { wordsOf } from '../reports/release-words.ts'
import { rolloutTree } from '../reports/rollout-tree.ts'
import { stateLabel } from '../reports/vocabulary.ts'
import { pathOf } from './answer-release.ts'
import type { Command, CommandContext } from './command.ts'
import { exit } from './exit-codes.ts'
import { type GatewayClient, openGateway } from './gateway-client.ts'
import { show } from './output.ts'
import type { Terminal } from './terminal.ts'
import { watch } from './watch.ts'

const obeyed: readonly OutcomeName[] = ['PAUSED', 'RESUMED', 'ABORTED', 'ROLLED_BACK']
const actions = ['status', ...orderCommand.options, 'reinstate'] as const

export const release: Command = {
  name: 'release',
  summary: 'how the traffic of a release moves, and orders to it',
  description: [
    'status shows its steps, their health and every move. pause: nothing moves by itself. resume: it goes on, or on to the',
    'next step where it waits for a person. abort: it goes back to what served before. rollback: the same, also after all of',
    'the traffic has moved, for as long as nothing was released since. reinstate: what was rolled back is asked for once more,',
    'at the gate and step by step, by an operator, who may not approve it. Whoever may approve the release may order all of',
    'these, operators all but resume; every order has a reason and is kept for good. Exit status: 0 done, 1 refused; of',
    'status: 8 while it is under way, 1 when it ended otherwise than promoted.',
  ].join(' '),
  arguments: [
    { name: '<action>', summary: actions.join(', ') },
    { name: '<release>', summary: 'for example car-loan/1' },
  ],
  options: [
    { flags: '--reason <text>', summary: 'of an order, kept with it for good' },
    { flags: '--watch', summary: 'of status: draw it again and again until Ctrl-C' },
    { flags: '--as <person>', summary: 'someone else who is signed in here' },
  ],
  examples: [
    'driftgate release status car-loan/3 --watch',
    'driftgate release pause car-loan/3 --reason "the data centre moves"',
    'driftgate release rollback car-loan/3 --reason "customers complain"',
  ],
  async run(context) {
    const { action = '', release: name = '' } = context.arguments
    if (action === 'status') return status(context, name)
    if (action === 'reinstate') return reinstate(context, name)
    const command = orderCommand.safeParse(action)
    if (!command.success) {
      const fix = `driftgate release ${actions.join('|')} ${name}`
      throw new DriftgateError('USAGE', { reason: `"${action}" is nothing a release does`, fix })
    }
    return order(context, command.data, name)
  },
}

async function status(context: CommandContext, name: string): Promise<number> {
  const path = pathOf(name)
  const gateway = await openGateway(context)
  if (context.options['watch'] === true) {
    return watch(context, async () => ({
      text: describe(await gateway.get(path, releaseViewSchema), context.terminal, gateway),
    }))
  }
  const view = await gateway.get(path, releaseViewSchema)
  const shown = { schema: 'driftgate-release/1' as const, ...view }
  show(context, shown, (each) => describe(each, context.terminal, gateway))
  if (view.state === 'waiting' || view.state === 'promoting') return exit('waiting')
  return exit(view.state === 'promoted' ? 'done' : 'failed')
}

function reasonOf({ options }: CommandContext, action: string, name: string): string {
  const { reason = '' } = options
  if (typeof reason === 'string' && reason.trim() !== '') return reason
  const fix = `driftgate release ${action} ${name} --reason "..."`
  throw new DriftgateError('USAGE', { reason: 'an order needs a reason', fix })
}

async function reinstate(context: CommandContext, name: string): Promise<number> {
  const reason = reasonOf(context, 'reinstate', name)
  const gateway = await openGateway(context)
  const path = `${pathOf(name)}/reinstate`
  const answer = await gateway.send('POST', path, { reason }, reinstateAnswer)
  show(context, answer, ({ sentence }) => sentence)
  return exit('done')
}

async function order(context: CommandContext, command: string, name: string): Promise<number> {
  const reason = reasonOf(context, command, name)
  const gateway = await openGateway(context)
  const path = `${pathOf(name)}/orders`
  const outcome = await gateway.send('POST', path, { command, reason }, outcomeSchema)
  const shown = { schema: 'driftgate-outcome/1' as const, ...outcome }
  show(context, shown, ({ outcome: word, sentence }) => `${word}: ${sentence}`)
  return exit(obeyed.includes(outcome.outcome) ? 'done' : 'failed')
}

function describe(
  { release: name, evidence, state, openedAt, rollout, decisions }: ReleaseView,
  terminal: Terminal,
  { url }: Pick<GatewayClient, 'url'>,
): string {
  const orders = decisions.filter((decision) => decision.order !== undefined)
  return [
    `${terminal.paint('strong', name)}  ${stateLabel(stateOfRelease[state], terminal)} ${state}  ${wordsOf(evidence).title}`,
    `asked ${instant(openedAt)}; ${url}/releases/${name}`,
    '',
    rollout ? rolloutTree(rollout, terminal) : 'its traffic moves at once, without steps',
    ...(orders.length === 0 ? [] : ['', 'orders']),
    ...orders.map(
      ({ at, person, order: command, outcome, reason }) =>
        `  ${instant(at)}  ${person}: ${command}, ${outcome}: "${reason}"`,
    ),
  ].join('\n')
}
