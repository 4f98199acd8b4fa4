import { type AbsorbAnswer, absorbAnswer } from '../contracts/absorb.ts'
import { proposalPicture } from '../reports/proposal-picture.ts'
import type { Command, CommandContext } from './command.ts'
import { exit } from './exit-codes.ts'
import { openGateway } from './gateway-client.ts'
import { show } from './output.ts'
import { startProgress } from './progress.ts'
import { untilEnded } from './until-ended.ts'

export const absorb: Command = {
  name: 'absorb',
  summary: 'propose that what the log holds since a time is the new normal',
  description:
    'Merges the windows that were judged since then into a reference, shows what their verdicts would be under it, and puts it at the gate like a release; in your name, so you may not approve it. Once approved, the next window on is held against it and the open drift incident is resolved; rejected or expired, nothing changes. Verdicts that were reached stay as they are. Exit status: 0 in force, or only shown; 8 it waits at the gate; 1 refused.',
  arguments: [{ name: '<model>', summary: 'a model of the applied configuration' }],
  options: [
    {
      flags: '--since <time>',
      summary: 'windows that begin then or later, ISO 8601',
      required: true,
    },
    {
      flags: '--until <time>',
      summary: 'windows that end then or before; the end of the last judged window unless said',
    },
    {
      flags: '--reason <text>',
      summary: 'why the drift is harmless; kept with the proposal',
      required: true,
    },
    {
      flags: '--leave-out <reason>',
      summary: 'leave out windows whose verdict was DATA_QUALITY or INCOMPLETE_WINDOW, and why',
    },
    {
      flags: '--accept <reason>',
      summary: 'take in windows whose verdict was DATA_QUALITY, a change of units too, and why',
    },
    { flags: '--dry-run', summary: 'only show it; nothing is put at the gate' },
  ],
  examples: [
    'driftgate absorb car-loan --since 2019-03-29T18:00:00Z --reason "the new price list" --dry-run',
    'driftgate absorb car-loan --since 2019-03-29T18:00:00Z --reason "the new price list" --output json',
  ],
  async run(context) {
    const { since, until, reason, leaveOut, accept, dryRun } = context.options
    const gateway = await openGateway(context)
    const path = `models/${encodeURIComponent(context.arguments['model']!)}/absorb`
    const wish = { since, until, reason, leaveOut, accept, dryRun: dryRun === true }
    const started = await gateway.send('POST', path, wish, absorbAnswer)
    const progress = startProgress(context.terminal, `absorb ${started.workflowId}`)
    const ask = () => gateway.get(`${path}/${started.ask}`, absorbAnswer)
    const answer = await untilEnded(context, progress, started, ask, doing)
    progress.end(`absorb ${answer.workflowId} has ended`)
    show(context, answer, () => told(answer, gateway.url, context))
    return exit(
      answer.release === 'waiting' ? 'waiting' : ended(answer) === null ? 'done' : 'failed',
    )
  },
}

const doing = ({ result }: AbsorbAnswer): string =>
  result === null ? 'merging windows' : 'it goes to the gate'

/** How its release ended without coming into force; null: it has not. */
const ended = ({ release }: AbsorbAnswer): string | null =>
  release === null || ['waiting', 'promoting', 'promoted'].includes(release) ? null : release

function told(answer: AbsorbAnswer, url: string, { terminal }: CommandContext): string {
  const { result } = answer
  if (result === null) return `the proposal ${answer.ask} goes on`
  const picture = proposalPicture(result.proposal, terminal)
  return `${picture}\n\n${nextOf(answer, result.release, url)}`
}

function nextOf(answer: AbsorbAnswer, release: string | null, url: string): string {
  if (release === null) return 'only shown: without --dry-run it is put at the gate'
  const failed = ended(answer)
  if (failed !== null)
    return `release ${release} ended as ${failed}: driftgate gate ${answer.model}`
  if (answer.release !== 'waiting') {
    return `release ${release} needs no person; in force: driftgate status ${answer.model}`
  }
  return [
    `release ${release} waits at the gate; you asked for it, so others answer`,
    `  approve: driftgate approve ${release} --reason "..."`,
    `  reject:  driftgate reject ${release} --reason "..."`,
    `  page:    ${url}/releases/${release}`,
  ].join('\n')
}
