import { retrainAnswer } from '../contracts/api.ts'
import type { Command } from './command.ts'
import { exit } from './exit-codes.ts'
import { openGateway } from './gateway-client.ts'
import { show } from './output.ts'

export const retrain: Command = {
  name: 'retrain',
  summary: 'ask the steward of a model for a retraining',
  description:
    'Asks for a retraining in your name: you may then not approve its release. The steward still keeps to cooldown and to one retraining at a time.',
  arguments: [{ name: '<model>', summary: 'a model of the applied configuration' }],
  options: [
    {
      flags: '--reason <text>',
      summary: 'kept with the retraining and its release',
      required: true,
    },
  ],
  examples: [
    'driftgate retrain car-loan --reason "new price list since Monday"',
    'driftgate retrain flight-delay --reason "two more airlines in the feed" --output json',
  ],
  async run(context) {
    const { model } = context.arguments
    const gateway = await openGateway(context)
    const answer = await gateway.send(
      'POST',
      `models/${encodeURIComponent(model!)}/retrain`,
      { reason: context.options['reason'] },
      retrainAnswer,
    )
    show(
      context,
      answer,
      () => `the steward of ${model} has the request\nfollow it: driftgate status ${model}`,
    )
    return exit('done')
  },
}
