import { createHash } from 'node:crypto'
import { decisionTokenSeconds, signDecision } from '../adapters/identity/decision-token.ts'
import type { Person } from '../adapters/identity/index.ts'
import { findTerminalDecision, listDecisions } from '../adapters/postgres/decisions.ts'
import {
  findRelease,
  hasEnded,
  type ReleaseRow,
  releaseView,
} from '../adapters/postgres/releases.ts'
import { decide } from '../adapters/temporal/messages.ts'
import { reach } from '../adapters/temporal/reach.ts'
import type { DecisionRequest } from '../contracts/api.ts'
import type { Via } from '../contracts/chat-answer.ts'
import { DriftgateError } from '../contracts/errors.ts'
import { needsInWords, placesOf, standInOf } from '../contracts/gate-policy.ts'
import type { Answer, Outcome } from '../contracts/release.ts'
import { fits } from '../policies/quorum.ts'
import { refuseDrillIdentity } from './answer-drill.ts'
import type { GatewayDeps } from './deps.ts'
import { mustFitAny } from './received-rights.ts'

/** How long a click waits for its answer unless said otherwise; a repetition of it never counts twice. */
const patience = 20

/**
 * For so long an answer that is sent again is the same Update, milliseconds: with the patience of a click less than its token
 * is good for, so that nobody is told of a token that expired while it lay.
 */
const resentMs = 240_000

/** Which way an answer came, where that is not the page or a terminal. */
export interface Way {
  readonly via: Via
  /** Names the answer: sent again it is the same one. */
  readonly id: string
  readonly patienceSeconds: number
  /** Called once it is known that this person may answer at all, before the answer is judged. */
  readonly begin: () => Promise<void>
}

/**
 * One person's answer to one release: signed, sent as an Update, judged and recorded by the workflow.
 * The gateway itself refuses only who may not decide at all (NOT_AUTHORISED) and what is not there
 * (RELEASE_UNKNOWN), and who asks too often (TOO_MANY_REQUESTS); a release that has ended is answered from the record.
 */
export async function decideRelease(
  deps: GatewayDeps,
  person: Person,
  release: string,
  request: DecisionRequest,
  way?: Way,
): Promise<Outcome> {
  const row = await mayDecide(deps, person, release, request)
  await way?.begin()
  const told = hasEnded(row.state)
    ? await alreadyDecided(deps, row)
    : ((await send(deps, person, release, request, way)) ?? (await alreadyDecided(deps, row)))
  const outcome = way === undefined ? told : await asFirstJudged(deps, release, way, told)
  deps.metrics.decisions.inc({ outcome: outcome.outcome })
  return outcome
}

/** A one-use token for a person who sends the Signal by other means. Same refusals. */
export async function issueToken(
  deps: GatewayDeps,
  person: Person,
  release: string,
  binding: { answer: Answer; digest: string },
): Promise<{ token: string; expiresAt: string }> {
  await mayDecide(deps, person, release, binding)
  const nowMs = deps.clock()
  const token = await signDecision(deps.signingKey, { person, release, ...binding }, nowMs)
  return { token, expiresAt: new Date(nowMs + decisionTokenSeconds * 1000).toISOString() }
}

async function mayDecide(
  deps: GatewayDeps,
  person: Person,
  release: string,
  { answer, breakGlass = false }: { answer: Answer; breakGlass?: boolean | undefined },
): Promise<ReleaseRow> {
  deps.limits.decisions(person.subject)
  const row = await findRelease(deps.db, release)
  if (row === null) throw new DriftgateError('RELEASE_UNKNOWN', { release })
  await refuseDrillIdentity(deps, person, `${answer} ${release}`)
  if (breakGlass) {
    const may = row.evidence.policy.breakGlass
    if (may && fits(may, person)) return row
    const needs = may ? needsInWords([{ ...may, count: 1 }]) : 'approval.breakGlass of the model'
    const action = `break the glass for ${release}`
    throw new DriftgateError('NOT_AUTHORISED', { person: person.name, action, needs })
  }
  const places = placesOf(row.evidence.policy)
  const standIn = standInOf(await releaseView(deps.db, row))
  await mustFitAny(deps, person, { model: row.model, places, standIn }, `${answer} ${release}`)
  return row
}

/** Null when the workflow is closed. */
async function send(
  deps: GatewayDeps,
  person: Person,
  release: string,
  request: DecisionRequest,
  way?: Way,
): Promise<Outcome | null> {
  const { answer, digest, reason, breakGlass } = request
  const nowMs = deps.clock()
  const token = await signDecision(
    deps.signingKey,
    { person, release, digest, answer, breakGlass, ...(way && { via: way.via, id: way.id }) },
    nowMs,
  )
  const id = way
    ? `${way.id}/${Math.floor(nowMs / resentMs)}`
    : await updateId(deps, person, release, request)
  const { client } = deps.temporal
  await deps.onPhase?.('before answer is sent')
  const seconds = way?.patienceSeconds ?? patience
  const outcome = await reach(client, deps.settings.temporal.address, seconds, () =>
    decide(deps.temporal, release, { schema: 'driftgate-decision/1', token, reason }, id),
  )
  await deps.onPhase?.('after answer is judged')
  return outcome
}

/**
 * Two clicks before the first is recorded are one Update: same person, release, answer, digest, and the same
 * number of answers on record. A later click is judged anew, so that it is told how things stand then.
 */
async function updateId(
  { db }: GatewayDeps,
  { subject }: Person,
  release: string,
  { answer, digest, breakGlass }: DecisionRequest,
): Promise<string> {
  const links = await listDecisions(db, release)
  const before = links.filter(
    ({ decision }) => (decision.account ?? decision.person) === subject,
  ).length
  return createHash('sha256')
    .update(JSON.stringify([release, subject, answer, digest, before, breakGlass]))
    .digest('base64url')
}

/** What an answer that was sent more than once came to: what was recorded of it first. */
async function asFirstJudged(
  { db }: GatewayDeps,
  release: string,
  { id }: Way,
  told: Outcome,
): Promise<Outcome> {
  const links = await listDecisions(db, release)
  const own = links.find(({ decision }) => decision.jti === id)?.decision
  if (own !== undefined) return { outcome: own.outcome, sentence: own.sentence, release }
  return told
}

/** How a closed release ended, from the record. */
async function alreadyDecided({ db }: GatewayDeps, row: ReleaseRow): Promise<Outcome> {
  const { release } = row
  const decision = await findTerminalDecision(db, release)
  if (decision) {
    const { name: by, at, answer, outcome } = decision
    const withdrew = outcome === 'WITHDRAWN'
    const verb = withdrew ? 'withdrew' : answer === 'reject' ? 'rejected' : 'approved'
    const sentence = `${by} already ${verb} it at ${at}`
    return { outcome: 'ALREADY_DECIDED', sentence, release, by, at }
  }
  const { state, reason } = (await findRelease(db, release)) ?? row
  if (state === 'expired') {
    const sentence = `the request expired at ${row.expiresAt.toISOString()}`
    return { outcome: 'EXPIRED', sentence, release }
  }
  const sentence = `the request is closed: ${state}${reason ? `, ${reason}` : ''}`
  return { outcome: 'ALREADY_DECIDED', sentence, release }
}
