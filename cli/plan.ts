import { type ApplyAnswer, applyAnswer } from '../contracts/apply.ts'
import { changeLines } from './apply.ts'
import type { Command } from './command.ts'
import { exit } from './exit-codes.ts'
import { openGateway } from './gateway-client.ts'
import { show } from './output.ts'
import { parseChecked, readSettingsFile } from './settings-file.ts'

export const plan: Command = {
  name: 'plan',
  summary: 'what "apply" would change; changes nothing, and needs no more than a viewer',
  description:
    'Shows the settings that differ from the version in force, the schedules that would be created, updated or deleted, and the gates that would get tighter or looser: what is looser would be asked for at the gate in force, as a release of its own. Exit status: 0 there is nothing to do, 3 there is, 2 the configuration is not valid.',
  options: [
    {
      flags: '--ask-again',
      summary: 'as if a looser gate that was rejected or expired were asked for once more',
    },
  ],
  examples: [
    'driftgate plan --config driftgate.yaml',
    'driftgate plan --config driftgate.yaml --output json',
  ],
  async run(context) {
    const { file, text } = readSettingsFile(context)
    const { models } = await parseChecked(text, file)
    const gateway = await openGateway(context)
    const body = { file, text, askAgain: context.options['askAgain'] === true }
    const answer = await gateway.send('POST', 'config/plan', body, applyAnswer)
    const opens = answer.gates.filter(wouldOpen).map(({ model, differences }) => ({
      ...{ model, differences },
    }))
    const changes = isChange(answer)
    const { schema: _, changed: __, ...rest } = answer
    const value = { schema: 'driftgate-plan/1' as const, file, changes, ...rest, opens }
    show(context, value, () =>
      [
        ...changeLines(answer, Object.keys(models), context.terminal),
        ...opens.map(({ model }) => `apply would open a release of ${model} for its looser gate`),
        changes
          ? `apply would make this version ${answer.version}; nothing was changed`
          : `nothing to do: version ${answer.version} is in force`,
      ].join('\n'),
    )
    return exit(changes ? 'changes' : 'done')
  },
}

type Gate = ApplyAnswer['gates'][number]

/** It is not in force, and nobody was asked yet. */
const wouldOpen = ({ inForce, pending }: Gate): boolean => !inForce && pending === null

/** What was applied and is asked for, or was refused, stays as it is; so does a reading that begins with the next scan. */
const isChange = ({ differences, schedules, gates }: ApplyAnswer): boolean =>
  differences.length > 0 ||
  [schedules.created, schedules.updated, schedules.deleted].some((names) => names.length > 0) ||
  gates.some((gate) => gate.inForce || wouldOpen(gate))
