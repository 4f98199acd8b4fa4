import { incidentsAnswer, modelsAnswer } from '../contracts/api.ts'
import type { Incident } from '../contracts/incident.ts'
import { instant } from '../reports/numbers.ts'
import { stateLabel } from '../reports/vocabulary.ts'
import type { Command } from './command.ts'
import { exit } from './exit-codes.ts'
import { openGateway } from './gateway-client.ts'
import { show } from './output.ts'
import type { Terminal } from './terminal.ts'

export const incidents: Command = {
  name: 'incidents',
  summary: 'what stays open from the first bad verdict until it is resolved',
  arguments: [{ name: '[model]', summary: 'only this model' }],
  options: [{ flags: '--all', summary: 'resolved ones too' }],
  examples: ['driftgate incidents', 'driftgate incidents car-loan --all --output json'],
  async run(context) {
    const gateway = await openGateway(context)
    const { model } = context.arguments
    const models =
      model === undefined
        ? (await gateway.get('models', modelsAnswer)).models.map((each) => each.model)
        : [model]
    const answers = await Promise.all(
      models.map((name) =>
        gateway.get(`models/${encodeURIComponent(name)}/incidents`, incidentsAnswer),
      ),
    )
    const found = answers
      .flatMap((answer) => answer.incidents)
      .filter(({ state }) => context.options['all'] === true || state === 'open')
      .sort((left, right) => (left.openedAt < right.openedAt ? 1 : -1))
    show(context, { schema: 'driftgate-incidents/1', incidents: found }, () =>
      found.length === 0
        ? 'no incident is open'
        : found.map((each) => describe(each, context.terminal)).join('\n\n'),
    )
    return exit('done')
  },
}

function describe(incident: Incident, terminal: Terminal): string {
  const open = incident.kind === 'DRIFT' ? ('drifted' as const) : ('failed' as const)
  const isOpen = incident.state === 'open'
  const state = isOpen ? open : ('ok' as const)
  const since = isOpen ? incident.openedAt : (incident.resolvedAt ?? incident.openedAt)
  const windows = incident.windows === 1 ? '1 bad window' : `${incident.windows} bad windows`
  const lines = [
    `${terminal.paint('strong', incident.id)}  ${stateLabel(state, terminal)}  ${incident.kind} ${incident.state} since ${instant(since)}`,
    `  ${incident.headline}`,
    `  ${windows}, the first from ${instant(incident.firstWindow.start)}`,
    `  ${isOpen ? 'next' : 'ended'}: ${incident.next}`,
  ]
  if (incident.runKey) lines.push(`  retraining ${incident.runKey}`)
  if (incident.release) lines.push(`  release ${incident.release}`)
  return lines.join('\n')
}
