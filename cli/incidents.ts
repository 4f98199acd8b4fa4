import {
  acknowledgeAnswer,
  incidentsAnswer,
  modelsAnswer,
  noticesAnswer,
} from '../contracts/api.ts'
import { DriftgateError } from '../contracts/errors.ts'
import type { Incident } from '../contracts/incident.ts'
import type { Notice } from '../contracts/notice.ts'
import { knownBy, openStateOf } from '../reports/incident-words.ts'
import { noticeTitle } from '../reports/notice-card.ts'
import { instant } from '../reports/numbers.ts'
import { stateLabel } from '../reports/vocabulary.ts'
import type { Command, CommandContext } from './command.ts'
import { exit } from './exit-codes.ts'
import { openGateway } from './gateway-client.ts'
import { show } from './output.ts'
import type { Terminal } from './terminal.ts'

export const incidents: Command = {
  name: 'incidents',
  summary: 'what stays open until it is resolved, and what the owners of a model are told of',
  description:
    'Shows incidents, from the first bad window until each is resolved: drift, broken input, and a model that does worse by its labels or by an estimate before them. And notices: failed retrainings, logs without rows, incomplete windows, and what of Driftgate itself does not work. "driftgate incidents acknowledge ID" says in your name that you take care of one: nobody else is told of it any more, and it stays open until it is over.',
  arguments: [
    { name: '[model]', summary: 'only this model; or "acknowledge"' },
    { name: '[id]', summary: 'of the incident or notice to acknowledge' },
  ],
  options: [{ flags: '--all', summary: 'resolved ones too' }],
  examples: [
    'driftgate incidents',
    'driftgate incidents car-loan --all --output json',
    'driftgate incidents acknowledge car-loan/DRIFT/2019-03-29T18:00:00.000Z',
  ],
  async run(context) {
    const { model, id } = context.arguments
    if (model === 'acknowledge') return acknowledge(context, id)
    if (id !== undefined) {
      const fix = `driftgate incidents acknowledge ${id}`
      throw new DriftgateError('USAGE', { reason: `there is no action "${model}"`, fix })
    }
    const gateway = await openGateway(context)
    const models =
      model === undefined
        ? (await gateway.get('models', modelsAnswer)).models.map((each) => each.model)
        : [model]
    const answers = await Promise.all(
      models.map(async (name) => {
        const path = `models/${encodeURIComponent(name)}`
        return {
          ...(await gateway.get(`${path}/incidents`, incidentsAnswer)),
          ...{ notices: (await gateway.get(`${path}/notices`, noticesAnswer)).notices },
        }
      }),
    )
    const chosen = <One extends Incident | Notice>(all: One[]): One[] =>
      all
        .filter(({ state }) => context.options['all'] === true || state === 'open')
        .sort((left, right) => (left.openedAt < right.openedAt ? 1 : -1))
    const found = chosen(answers.flatMap((answer) => answer.incidents))
    const notices = chosen(answers.flatMap((answer) => answer.notices))
    show(context, { schema: 'driftgate-incidents/1', incidents: found, notices }, () =>
      found.length + notices.length === 0
        ? 'no incident is open'
        : [
            ...found.map((each) => describe(each, context.terminal)),
            ...notices.map((each) => describeNotice(each, context.terminal)),
          ].join('\n\n'),
    )
    return exit('done')
  },
}

async function acknowledge(context: CommandContext, id: string | undefined): Promise<number> {
  if (id === undefined || id.split('/').length !== 3) {
    const reason = 'acknowledge needs the id of an incident or of a notice'
    throw new DriftgateError('USAGE', { reason, fix: 'driftgate incidents shows the ids' })
  }
  const [model, kind, start] = id.split('/').map(encodeURIComponent)
  const gateway = await openGateway(context)
  const path = `models/${model}/incidents/${kind}/${start}/acknowledge`
  const answer = await gateway.send('POST', path, {}, acknowledgeAnswer)
  show(context, answer, () => `${answer.outcome}: ${answer.sentence}`)
  return exit('done')
}

function describe(incident: Incident, terminal: Terminal): string {
  const isOpen = incident.state === 'open'
  const state = isOpen ? openStateOf(incident) : ('ok' as const)
  const since = isOpen ? incident.openedAt : (incident.resolvedAt ?? incident.openedAt)
  const windows = incident.windows === 1 ? '1 bad window' : `${incident.windows} bad windows`
  const lines = [
    `${terminal.paint('strong', incident.id)}  ${stateLabel(state, terminal)}  ${incident.kind} ${incident.state} since ${instant(since)}`,
    ...knownLine(incident),
    `  ${incident.headline}`,
    `  ${windows}, the first from ${instant(incident.firstWindow.start)}`,
    ...careOf(incident),
    `  ${isOpen ? 'next' : 'ended'}: ${incident.next}`,
  ]
  if (incident.runKey) lines.push(`  retraining ${incident.runKey}`)
  if (incident.release) lines.push(`  release ${incident.release}`)
  return lines.join('\n')
}

const knownLine = (incident: Incident): string[] => {
  const known = knownBy(incident)
  return known === null ? [] : [`  ${known}`]
}

function describeNotice(notice: Notice, terminal: Terminal): string {
  const { id, headline, state, next, times } = notice
  const [, title = ''] = /^\S+ (.*)$/.exec(noticeTitle(notice)) ?? []
  return [
    `${terminal.paint('strong', id)}  ${stateLabel(state === 'open' ? 'failed' : 'ok', terminal)}  ${title}`,
    `  ${headline}${times === 1 ? '' : ` (seen ${times} times)`}`,
    ...careOf(notice),
    `  ${state === 'open' ? 'next' : 'ended'}: ${next}`,
  ].join('\n')
}

/** Who takes care of what is open. */
const careOf = ({ state, acknowledged }: Incident | Notice): string[] =>
  acknowledged
    ? [`  ${acknowledged.name} takes care of it since ${instant(acknowledged.at)}`]
    : state === 'open'
      ? ['  nobody has acknowledged it']
      : []
