import { releasesAnswer } from '../contracts/api.ts'
import { freezeInWords } from '../contracts/freeze-text.ts'
import { placesInWords, placesOf } from '../contracts/gate-policy.ts'
import type { PendingPolicy } from '../contracts/policy-change.ts'
import type { ReleaseView } from '../contracts/release.ts'
import { instant } from '../reports/numbers.ts'
import { pendingNext, pendingSentence } from '../reports/policy-words.ts'
import { escalationLine, wordsOf } from '../reports/release-words.ts'
import { stateLabel } from '../reports/vocabulary.ts'
import type { Command } from './command.ts'
import { exit } from './exit-codes.ts'
import { openGateway } from './gateway-client.ts'
import { show } from './output.ts'
import type { Terminal } from './terminal.ts'

export const gate: Command = {
  name: 'gate',
  summary: 'what waits for whom; exit status 8 when something does',
  arguments: [{ name: '[model]', summary: 'only this model' }],
  options: [{ flags: '--as <person>', summary: 'someone else who is signed in here' }],
  examples: ['driftgate gate', 'driftgate gate car-loan --output json'],
  async run(context) {
    const gateway = await openGateway(context)
    const { model } = context.arguments
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
