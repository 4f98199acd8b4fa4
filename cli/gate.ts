import { releasesAnswer } from '../contracts/api.ts'
import { DriftgateError } from '../contracts/errors.ts'
import { freezeInWords } from '../contracts/freeze-text.ts'
import { placesInWords, placesOf } from '../contracts/gate-policy.ts'
import type { PendingPolicy } from '../contracts/policy-change.ts'
import type { ReleaseView } from '../contracts/release.ts'
import { instant } from '../reports/numbers.ts'
import { pendingNext, pendingSentence } from '../reports/policy-words.ts'
import { escalationLine, wordsOf } from '../reports/release-words.ts'
import { stateLabel } from '../reports/vocabulary.ts'
import type { Command, CommandContext } from './command.ts'
import { exit } from './exit-codes.ts'
import { waitAtGate } from './gate-wait.ts'
import { openGateway } from './gateway-client.ts'
import { show } from './output.ts'
import type { Terminal } from './terminal.ts'

export const gate: Command = {
  name: 'gate',
  summary: 'what waits for whom; exit status 8 when something does',
  description:
    'Shows what waits for whom. "driftgate gate wait RELEASE" waits for one: exit status 0 when it is promoted, 1 when it was rejected, expired, became void, failed or was rolled back (the text and "state" in JSON say which), 8 when it is not over at --timeout. Instead of a release it takes a model, for the newest release of a version of it. A gateway that is away for a moment is asked again until then.',
  arguments: [
    { name: '[model]', summary: 'only this model; or "wait"' },
    {
      name: '[release]',
      summary: 'of wait: MODEL/N, or MODEL for its newest release of a version',
    },
  ],
  options: [
    { flags: '--timeout <duration>', summary: 'of wait: how long at most; 1h unless told' },
    { flags: '--appear', summary: 'of wait: the release need not be there yet' },
    {
      flags: '--since <time>',
      summary: 'of wait MODEL: only a release opened at or after it; ISO 8601, or 2h ago as 2h',
    },
    { flags: '--as <person>', summary: 'someone else who is signed in here' },
  ],
  examples: [
    'driftgate gate',
    'driftgate gate car-loan --output json',
    'driftgate gate wait car-loan/3 --timeout 30m',
    'driftgate gate wait car-loan --appear --since 10m --timeout 6h --output json',
  ],
  async run(context) {
    const { model, release } = context.arguments
    if (model === 'wait') return waitAtGate(context, release)
    refuseOfWait(context)
    const gateway = await openGateway(context)
    const query = new URLSearchParams({ state: 'waiting', ...(model ? { model } : {}) })
    const answer = await gateway.get(`releases?${query}`, releasesAnswer)
    show(context, answer, ({ releases, policies }) =>
      [
        ...releases.map((view) => describe(view, gateway.url, context.terminal)),
        ...(releases.length === 0 ? ['nothing waits'] : []),
        ...policies.filter(({ state }) => state !== 'waiting').map(notInForce),
      ].join('\n\n'),
    )
    return exit(answer.releases.length > 0 ? 'waiting' : 'done')
  },
}

/** What only `wait` understands. */
function refuseOfWait({ arguments: { model, release }, options }: CommandContext): void {
  const extra = ['timeout', 'appear', 'since'].find((name) => options[name] !== undefined)
  if (release === undefined && extra === undefined) return
  throw new DriftgateError('USAGE', {
    reason: release === undefined ? `--${extra} goes with wait` : `there is no action "${model}"`,
    fix: `driftgate gate wait ${release ?? model ?? 'RELEASE'}`,
  })
}

/** What was applied and no gate judges by. */
function notInForce(policy: PendingPolicy): string {
  const next = pendingNext(policy)
  return [
    `${policy.model}: ${pendingSentence(policy)}`,
    `  ${policy.differences.map(({ what }) => what).join('; ')}`,
    ...(next === null ? [] : [`  next: ${next}`]),
  ].join('\n')
}

function describe(view: ReleaseView, url: string, terminal: Terminal): string {
  const { evidence, release, requestedBy } = view
  const words = wordsOf(evidence)
  const people = requestedBy.filter((each) => !each.startsWith('rule:'))
  const { owners = [] } = evidence.policy
  const not = requestedBy.length > people.length ? [...people, ...owners] : people
  const but = not.length > 0 ? `, not ${not.join(', ')}` : ''
  return [
    `${terminal.paint('strong', release)}  ${stateLabel('waiting', terminal)}  for ${placesInWords(placesOf(evidence.policy))}${but}`,
    `  ${words.title}: ${words.summary}`,
    `  asked ${instant(view.openedAt)}; expires ${instant(view.expiresAt)}, then ${words.stays}`,
    ...escalationLine(view).map((line) => `  ${line}`),
    ...(view.freeze
      ? [`  ${freezeInWords(view.freeze, instant)}: what is approved moves then`]
      : []),
    `  approve: driftgate approve ${release} --reason "..."`,
    `  reject:  driftgate reject ${release} --reason "..."`,
    `  page:    ${url}/releases/${release}`,
  ].join('\n')
}
