import { tokenAnswer } from '../contracts/api.ts'
import { DriftgateError } from '../contracts/errors.ts'
import {
  type Answer,
  type Outcome,
  type OutcomeName,
  outcomeSchema,
  type ReleaseView,
  releaseViewSchema,
} from '../contracts/release.ts'
import { shortDigest } from '../reports/numbers.ts'
import { evidencePicture } from '../reports/release-words.ts'
import type { CommandContext, CommandOption } from './command.ts'
import { type ExitName, exit } from './exit-codes.ts'
import { type GatewayClient, openGateway } from './gateway-client.ts'
import { show } from './output.ts'
import { signalCommand } from './signal-command.ts'

/** What approve and reject have in common. */
export const answerOptions: readonly CommandOption[] = [
  {
    flags: '--digest <digest>',
    summary: 'of the evidence you read: refused when the release shows other evidence now',
  },
  { flags: '--as <person>', summary: 'someone else who is signed in here' },
  {
    flags: '--print-signal',
    summary: 'print the "temporal workflow signal" that gives this answer, good once for 5 minutes',
  },
]

export const exits: Partial<Record<OutcomeName, ExitName>> = {
  APPROVED: 'done',
  REJECTED: 'done',
  WITHDRAWN: 'done',
  ACCEPTED_PENDING_QUORUM: 'waiting',
}

/** Shows the release, and answers exactly what it showed. */
export async function answerRelease(context: CommandContext, answer: Answer): Promise<number> {
  const path = pathOf(context.arguments['release'] ?? '')
  const gateway = await openGateway(context)
  const view = await gateway.get(path, releaseViewSchema)
  const { digest: given, reason = '' } = context.options
  const digest = typeof given === 'string' ? given : view.evidenceDigest
  describe(context, view, digest)
  if (context.options['printSignal'] === true) {
    return printSignal(context, gateway, path, { answer, digest, reason: String(reason) })
  }
  const breakGlass = context.options['breakGlass'] === true
  const body = { answer, digest, reason, ...(breakGlass && { breakGlass }) }
  const outcome = await gateway.send('POST', `${path}/decisions`, body, outcomeSchema)
  show(context, { schema: 'driftgate-outcome/1' as const, ...outcome }, render)
  return exit(exits[outcome.outcome] ?? 'failed')
}

/** To standard error, so that standard output holds nothing but the outcome. */
function describe(context: CommandContext, view: ReleaseView, digest: string): void {
  if (context.output === 'json') return
  context.terminal.note(evidencePicture(view.evidence, context.terminal))
  const same = digest === view.evidenceDigest
  const note = same ? '' : `; you answer ${shortDigest(digest)}`
  context.terminal.note(`${view.release} shows evidence ${shortDigest(view.evidenceDigest)}${note}`)
}

const render = ({ outcome, sentence }: Outcome): string => `${outcome}: ${sentence}`

async function printSignal(
  context: CommandContext,
  gateway: GatewayClient,
  path: string,
  { answer, digest, reason }: { answer: Answer; digest: string; reason: string },
): Promise<number> {
  const issued = await gateway.send('POST', `${path}/tokens`, { answer, digest }, tokenAnswer)
  const command = signalCommand(context, issued, reason)
  context.terminal.note(`good once, until ${issued.expiresAt}`)
  const result = { schema: 'driftgate-signal/1' as const, command, expiresAt: issued.expiresAt }
  show(context, result, () => command)
  return exit('done')
}

/** `releases/car-loan/1` of `car-loan/1`. Throws USAGE. */
export function pathOf(release: string): string {
  const [, model, n] = /^([^/\s]+)\/(\d+)$/.exec(release) ?? []
  if (model && n) return `releases/${encodeURIComponent(model)}/${n}`
  throw new DriftgateError('USAGE', {
    reason: `"${release}" is not the name of a release`,
    fix: 'a release is MODEL/NUMBER; "driftgate gate" lists what waits',
  })
}
