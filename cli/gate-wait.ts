import { releasesAnswer } from '../contracts/api.ts'
import { DriftgateError } from '../contracts/errors.ts'
import { freezeInWords } from '../contracts/freeze-text.ts'
import { placesInWords, placesOf } from '../contracts/gate-policy.ts'
import {
  hasEnded,
  type ReleaseState,
  type ReleaseView,
  releaseViewSchema,
  subjectOf,
} from '../contracts/release.ts'
import { instant } from '../reports/numbers.ts'
import { heldInWords, wordsOf } from '../reports/release-words.ts'
import type { CommandContext } from './command.ts'
import { toCoded } from './errors.ts'
import { exit } from './exit-codes.ts'
import { type GatewayClient, openGateway } from './gateway-client.ts'
import { show } from './output.ts'
import { duration } from './progress.ts'
import { durationOf, timeAgoOf } from './time-option.ts'
import { type Waited, waitFor } from './wait-for.ts'

const usage = 'driftgate gate wait RELEASE --timeout 1h'

/** What is waited for: a release by its name, or the newest release of a version of a model. */
interface Wanted {
  readonly text: string
  readonly model: string
  /** Null: whichever was opened since. */
  readonly n: string | null
  readonly sinceMs: number
  /** It need not be there yet. */
  readonly mayAppear: boolean
}

/** `driftgate gate wait`: until a release has ended. Exit status 0 promoted, 1 ended otherwise, 8 not over in time. */
export async function waitAtGate(context: CommandContext, release: string | undefined) {
  const wanted = wantedOf(context, release)
  const timeoutMs = durationOf('--timeout', context.options['timeout'] ?? '1h')
  const gateway = await openGateway(context)
  let known: string | null = wanted.n === null ? null : `${wanted.model}/${wanted.n}`
  const waited = await waitFor(context, {
    title: `gate ${wanted.text}`,
    timeoutMs,
    ask: async (patienceMs) => {
      const view = await findRelease(gateway, wanted, known, patienceMs)
      known = view?.release ?? known
      return view
    },
    isOver: (view) => view !== null && hasEnded(view.state),
    say: (view) => (view === null ? 'not there yet' : standing(view)),
  })
  const value = resultOf(wanted, waited, gateway.url)
  show(context, value, () => sentenceOf(wanted, waited, gateway.url))
  if (waited.timedOut) return exit('waiting')
  return exit(value.state === 'promoted' ? 'done' : 'failed')
}

function wantedOf({ options }: CommandContext, release: string | undefined): Wanted {
  const [model = '', n, ...rest] = release?.split('/') ?? []
  if (model === '' || rest.length > 0 || (n !== undefined && !/^\d+$/.test(n))) {
    const reason = release === undefined ? 'wait needs a release' : `"${release}" is no release`
    throw new DriftgateError('USAGE', { reason, fix: usage })
  }
  const since = timeAgoOf('--since', options['since'])
  if (n !== undefined && !Number.isNaN(since)) {
    const reason = '--since goes with the name of a model, not with one release'
    throw new DriftgateError('USAGE', { reason, fix: usage })
  }
  return {
    ...{ text: release ?? '', model, n: n ?? null },
    sinceMs: Number.isNaN(since) ? Number.NEGATIVE_INFINITY : since,
    mayAppear: options['appear'] === true,
  }
}

/** Null: it is not there, and need not be. Throws RELEASE_UNKNOWN. */
async function findRelease(
  gateway: GatewayClient,
  { text, model, sinceMs, mayAppear }: Wanted,
  known: string | null,
  patienceMs: number,
): Promise<ReleaseView | null> {
  if (known === null) {
    const path = `releases?model=${encodeURIComponent(model)}`
    const { releases } = await gateway.get(path, releasesAnswer, patienceMs)
    const found = releases.find(
      ({ evidence, openedAt }) =>
        subjectOf(evidence) === 'version' && Date.parse(openedAt) >= sinceMs,
    )
    if (found === undefined && !mayAppear) {
      throw new DriftgateError('RELEASE_UNKNOWN', { release: text })
    }
    return found ?? null
  }
  try {
    const path = `releases/${known.split('/').map(encodeURIComponent).join('/')}`
    return await gateway.get(path, releaseViewSchema, patienceMs)
  } catch (thrown) {
    if (toCoded(thrown).code === 'RELEASE_UNKNOWN' && mayAppear) return null
    throw thrown
  }
}

/** "waiting for 2 people with the role approver, 1 approved; expires 2027-01-04 08:00 UTC". */
function standing(view: ReleaseView): string {
  if (view.state !== 'waiting') return [view.state, heldInWords(view)].filter(Boolean).join(': ')
  const approved = new Set(
    view.decisions
      .filter(({ outcome }) => outcome === 'ACCEPTED_PENDING_QUORUM')
      .map(({ person }) => person),
  )
  const frozen = view.freeze ? `; ${freezeInWords(view.freeze, instant)}` : ''
  return `waiting for ${placesInWords(placesOf(view.evidence.policy))}, ${approved.size} approved; expires ${instant(view.expiresAt)}${frozen}`
}

function resultOf(
  { model }: Wanted,
  { answer, timedOut, waitedMs }: Waited<ReleaseView | null>,
  url: string,
) {
  const state: ReleaseState | 'absent' = answer?.state ?? 'absent'
  return {
    schema: 'driftgate-gate-wait/1' as const,
    ...{ model, release: answer?.release ?? null, state, timedOut },
    waitedSeconds: Math.round(waitedMs / 1_000),
    subject: answer && subjectOf(answer.evidence),
    candidate:
      answer?.evidence.schema === 'driftgate-evidence/1' ? answer.evidence.candidate : null,
    /** Why it ended as it did. */
    reason: answer?.reason ?? null,
    ...{ openedAt: answer?.openedAt ?? null, expiresAt: answer?.expiresAt ?? null },
    decisions: (answer?.decisions ?? []).map(({ person, answer: said, outcome, reason, at }) => ({
      ...{ person, answer: said, outcome, reason, at },
    })),
    page: answer && `${url}/releases/${answer.release}`,
  }
}

function sentenceOf(
  { text }: Wanted,
  { answer, timedOut, waitedMs }: Waited<ReleaseView | null>,
  url: string,
): string {
  const waited = duration(waitedMs)
  if (answer === null) return `${text}: no such release was opened within ${waited}`
  const { release, reason, evidence } = answer
  const page = `  page: ${url}/releases/${release}`
  if (timedOut) return `${release}: ${standing(answer)}; not over after ${waited}\n${page}`
  const why = reason ? `: ${reason}` : ''
  return `${release} ${answer.state} after ${waited}${why}\n  ${wordsOf(evidence).title}\n${page}`
}
