import {
  type DelegationView,
  delegationAnswer,
  delegationsAnswer,
} from '../contracts/delegation.ts'
import { DriftgateError } from '../contracts/errors.ts'
import { instant } from '../reports/numbers.ts'
import type { Command, CommandContext } from './command.ts'
import { exit } from './exit-codes.ts'
import { type GatewayClient, openGateway } from './gateway-client.ts'
import { show } from './output.ts'

export const delegate: Command = {
  name: 'delegate',
  summary: 'hand your right to answer releases to somebody for a time',
  description:
    'Without --to it lists who answers for whom. What you hand over is your own right, with the roles and groups that you have now, for at most 31 days; what was handed to you cannot be handed on. Whoever answers for you counts as you: not both of you count, and neither approves what either of you asked for. Each decision says on whose behalf it was given.',
  options: [
    { flags: '--to <person>', summary: 'who answers for you: an account, or an e-mail address' },
    { flags: '--until <time>', summary: 'when it ends, ISO 8601' },
    { flags: '--from <time>', summary: 'when it begins, ISO 8601; now unless said' },
    { flags: '--model <model>', summary: 'only releases of this model' },
    { flags: '--reason <text>', summary: 'kept with it' },
    { flags: '--end <id>', summary: 'take it back, or give it back, before its time' },
    { flags: '--as <person>', summary: 'someone else who is signed in here' },
  ],
  examples: [
    'driftgate delegate --to other-approver --until 2027-01-04T08:00:00Z --reason "on holiday"',
    'driftgate delegate --output json',
  ],
  async run(context) {
    const { to, end } = context.options
    const gateway = await openGateway(context)
    if (end !== undefined) return takeBack(context, gateway, String(end))
    if (to !== undefined) return handOver(context, gateway)
    const found = await gateway.get('delegations', delegationsAnswer)
    show(context, found, ({ delegations }) =>
      delegations.length === 0
        ? 'everybody answers for themselves'
        : delegations.map(describe).join('\n'),
    )
    return exit('done')
  },
}

async function handOver(context: CommandContext, gateway: GatewayClient): Promise<number> {
  const { to, until, from, model, reason } = context.options
  for (const [name, value] of Object.entries({ until, reason })) {
    if (value !== undefined) continue
    throw new DriftgateError('USAGE', {
      reason: `--to needs --${name} too`,
      fix: 'driftgate delegate --to PERSON --until TIME --reason TEXT',
    })
  }
  const body = { to, until, from, model, reason }
  const made = await gateway.send('POST', 'delegations', body, delegationAnswer)
  show(context, made, describe)
  return exit('done')
}

async function takeBack(
  context: CommandContext,
  gateway: GatewayClient,
  id: string,
): Promise<number> {
  const path = `delegations/${encodeURIComponent(id)}/end`
  const ended = await gateway.send('POST', path, {}, delegationAnswer)
  show(context, ended, ({ name, to }) => `${to} does not answer for ${name} any more`)
  return exit('done')
}

const describe = ({ id, name, to, model, from, until, reason }: DelegationView): string =>
  [
    `${to} answers for ${name}, ${model === null ? 'every model' : model}, ${instant(from)} to ${instant(until)}: "${reason}"`,
    `  take it back: driftgate delegate --end ${id}`,
  ].join('\n')
