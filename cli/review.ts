import { DriftgateError } from '../contracts/errors.ts'
import { outcomeSchema, type ReleaseView, releaseViewSchema } from '../contracts/release.ts'
import { reviewsAnswer } from '../contracts/review.ts'
import { instant } from '../reports/numbers.ts'
import { evidencePicture, reviewLine, wordsOf } from '../reports/release-words.ts'
import { exits, pathOf } from './answer-release.ts'
import type { Command, CommandContext } from './command.ts'
import { exit } from './exit-codes.ts'
import { type GatewayClient, openGateway } from './gateway-client.ts'
import { show } from './output.ts'

export const review: Command = {
  name: 'review',
  summary: 'say what you think of a release whose glass was broken',
  description:
    'Without a release it lists those that nobody has reviewed; exit status 8 when there are any. The same people review as would have approved, except whoever broke the glass and whoever asked: as many of them as the quorum needs uphold it, one objects. Nothing is rolled back by it. Exit status: 0 it is reviewed, 8 more have to, 1 refused.',
  arguments: [{ name: '[release]', summary: 'for example car-loan/1' }],
  options: [
    { flags: '--uphold', summary: 'it was right' },
    { flags: '--object', summary: 'it was not; needs a reason' },
    { flags: '--reason <text>', summary: 'kept with the review for good' },
    { flags: '--as <person>', summary: 'someone else who is signed in here' },
  ],
  examples: [
    'driftgate review',
    'driftgate review car-loan/1 --uphold --reason "the champion was broken"',
    'driftgate review car-loan/1 --object --reason "an approver was there"',
  ],
  async run(context) {
    const gateway = await openGateway(context)
    const { release } = context.arguments
    return release === undefined ? list(context, gateway) : answer(context, gateway, release)
  },
}

async function list(context: CommandContext, gateway: GatewayClient): Promise<number> {
  const answer = await gateway.get('reviews', reviewsAnswer)
  show(context, answer, ({ releases }) =>
    releases.length === 0 ? 'nothing is to be reviewed' : releases.map(describe).join('\n\n'),
  )
  return exit(answer.releases.length > 0 ? 'waiting' : 'done')
}

async function answer(
  context: CommandContext,
  gateway: GatewayClient,
  release: string,
): Promise<number> {
  const { uphold, object, reason = '' } = context.options
  if ((uphold === true) === (object === true)) {
    const fix = `driftgate review ${release} --uphold, or --object --reason "..."`
    throw new DriftgateError('USAGE', { reason: 'a review either upholds or objects', fix })
  }
  const path = pathOf(release)
  const view = await gateway.get(path, releaseViewSchema)
  if (context.output !== 'json') {
    context.terminal.note(evidencePicture(view.evidence, context.terminal))
    context.terminal.note(describe(view))
  }
  const body = { answer: uphold ? 'approve' : 'reject', digest: view.evidenceDigest, reason }
  const outcome = await gateway.send('POST', `${path}/review`, body, outcomeSchema)
  const shown = { schema: 'driftgate-outcome/1' as const, ...outcome }
  show(context, shown, ({ outcome: name, sentence }) => `${name}: ${sentence}`)
  return exit(exits[outcome.outcome] ?? 'failed')
}

function describe({ release, evidence, review }: ReleaseView): string {
  const first = `${release}: ${wordsOf(evidence).title}`
  if (review === undefined) return `${first}; its glass was not broken`
  const { brokenBy, openedAt, reason } = review
  return [
    first,
    `  ${brokenBy} broke the glass ${instant(openedAt)}: "${reason}"`,
    ...reviewLine(review).map((line) => `  ${line}`),
  ].join('\n')
}
