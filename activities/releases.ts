import type pg from 'pg'
import { findBrokenGlass, findTerminalDecision } from '../adapters/postgres/decisions.ts'
import { movedSince } from '../adapters/postgres/found-traffic.ts'
import { listGateEvents, noteGateEvent } from '../adapters/postgres/gate-events.ts'
import { rulesInForce } from '../adapters/postgres/gate-policies.ts'
import { transaction } from '../adapters/postgres/pool.ts'
import {
  findRelease,
  hasEnded,
  type ReleaseRow,
  setReleaseState,
  showRelease,
} from '../adapters/postgres/releases.ts'
import type { Decision } from '../contracts/decision.ts'
import { DriftgateError, type ErrorCode } from '../contracts/errors.ts'
import type { GateEventKind } from '../contracts/gate-event.ts'
import type { OnGatePhase } from '../contracts/gate-phases.ts'
import { type GatePolicy, type Place, placesOf, type StandIns } from '../contracts/gate-policy.ts'
import type { ReleaseInput } from '../contracts/messages.ts'
import {
  asksPeople,
  type Evidence,
  type Freeze,
  type ReleaseState,
  type ReleaseSubject,
  subjectOf,
} from '../contracts/release.ts'
import { allTo, trafficInWords } from '../contracts/traffic.ts'
import { localTimeIn } from '../formats/local-time.ts'
import { stretchAt } from '../policies/calendar.ts'
import { freezeAt } from '../policies/freeze.ts'
import type { Decided } from '../policies/gate.ts'
import { type Moment, momentsOf, momentsToCome } from '../policies/moments.ts'
import { digestOf } from '../profiles/index.ts'
import { type AbsorbedReference, absorbReference } from './absorb-reference.ts'
import { type AdoptedPolicy, adoptPolicy } from './adopt-policy.ts'
import { policyEvidence } from './policy-evidence.ts'
import { proposalEvidence } from './proposal-evidence.ts'
import {
  type EvidenceDeps,
  type EvidenceInput,
  gateOf,
  releaseEvidence,
} from './release-evidence.ts'

export interface ReleaseDeps extends EvidenceDeps {
  readonly db: pg.Pool
  readonly clock: () => number
  /** Absent: nobody wants to know. */
  readonly onPhase?: OnGatePhase
}

export interface OpenedRelease {
  readonly evidenceDigest: string
  /** What is in place now: of the traffic, or the reference or policy by its digest. */
  readonly targetGeneration: string
  /** People have to answer. */
  readonly critical: boolean
  /** Absent in what an older worker said: `required` people with `role`. */
  readonly places?: readonly Place[]
  readonly required: number
  readonly role?: string
  readonly owners?: readonly string[]
  readonly expiresAt: string
  /** Who may answer too once it is escalated, and whether it is. */
  readonly escalation?: StandIns | null
  readonly escalated?: boolean
  /** Who may approve alone and at once; null or absent: nobody. */
  readonly breakGlass?: GatePolicy['breakGlass'] | null
  /** What is still to come while nobody decides, in order. */
  readonly moments?: readonly Moment[]
  /** An answer on record decided it before this run of the workflow; nothing is asked. */
  readonly decided?: Decided | null
  /** The release ended in an earlier run of the workflow; nothing is asked. */
  readonly ended: ReleaseState | null
}

export interface ReleaseEnd {
  readonly release: string
  readonly state: ReleaseState
  readonly reason: string
}

/** The record of releases, on the queue `release`. Every step may be repeated at any time. */
export const releaseActivities = (deps: ReleaseDeps) => ({
  /**
   * Writes down what is asked and shown. Called again while it waits, it is asked anew with what is
   * true now. RELEASE_STALE when the champion is not the one the candidate was compared with, or the reference or policy
   * in force not the one that the proposed one was looked at beside. TRAFFIC_MOVED when somebody moved the traffic
   * since it was opened.
   */
  async openRelease(input: ReleaseInput & { readonly at?: string }): Promise<OpenedRelease> {
    const nowMs = input.at === undefined ? deps.clock() : Date.parse(input.at)
    const before = await findRelease(deps.db, input.release)
    const terminal = before && (await findTerminalDecision(deps.db, input.release))
    if (before !== null && (before.state !== 'waiting' || terminal !== null)) {
      const ended = hasEnded(before.state) ? before.state : null
      const broken = await findBrokenGlass(deps.db, input.release)
      const decided =
        terminal && decidedBy(terminal.outcome === 'WITHDRAWN' ? terminal : (broken ?? terminal))
      return { ...opened(before.evidence, before, ended), decided }
    }
    const subject = input.subject ?? (input.absorbs === undefined ? 'version' : 'reference')
    if (before !== null) await refuseMoved(deps, subject, before)
    const evidence = await evidenceOf(deps, subject, input, before?.evidence)
    const { all, own, rules } = await gateOf(deps, input.model)
    const openedAt = before?.openedAt ?? new Date(nowMs)
    // A tightened expiry counts at once, a loosened one not for what is asked already.
    const events = await listGateEvents(deps.db, input.release)
    const again = events.find(({ kind }) => kind === 'asked-again')?.at
    const inForce = (again ?? openedAt).getTime() + rules.approval.expiry
    // What is asked once more expires by itself, not when it was to expire first.
    const isFirstEnd =
      before === null || (again !== undefined && before.askedAt !== null && before.askedAt < again)
    const expiresAt = new Date(Math.min(isFirstEnd ? inForce : before.expiresAt.getTime(), inForce))
    const digest = digestOf(evidence)
    const askedAt = new Date(nowMs)
    await deps.onPhase?.('before request')
    await transaction(deps.db, async (client) => {
      await showRelease(client, input, { evidence, digest, openedAt, askedAt, expiresAt })
      await deps.onPhase?.('in request, all written')
    })
    await deps.onPhase?.('after request')
    const done = events.map(({ kind }) => kind)
    const asked = {
      openedAtMs: openedAt.getTime(),
      expiresAtMs: expiresAt.getTime(),
      asksAgain: rules.approval.onExpiry === 'ask-again',
      // Where nobody else may answer, the applied configuration may still show it in a further place.
      escalateAfterMs: (rules.approval.escalation ?? own.approval.escalation)?.after,
    }
    const quiet = [...all.gate.quietHours, ...(own.approval.quietHours ?? [])]
    const moments = momentsOf(asked, (timeMs) => stretchAt(quiet, timeMs, localTimeIn))
    return {
      ...opened(evidence, { evidenceDigest: digest, expiresAt }, null),
      escalated: done.includes('escalated'),
      moments: momentsToCome(moments, done, nowMs),
    }
  },

  /** A reminder or an escalation is due. */
  async noteGateEvent(input: { release: string; kind: GateEventKind; at: string }): Promise<void> {
    await deps.onPhase?.('before gate event')
    await noteGateEvent(deps.db, { ...input, at: new Date(input.at) })
    await deps.onPhase?.('after gate event')
  },

  /** Digest of the evidence as it is now, to hold against the one that was decided on. */
  currentEvidence: ({ release }: { release: string }): Promise<{ digest: string }> =>
    currentEvidence(deps, release),

  /** The freeze that holds for a model at `at` (ISO 8601); null: what is approved moves. */
  freezeAt: async ({ model, at }: { model: string; at: string }): Promise<Freeze | null> => {
    const all = await deps.settings()
    const rules = await rulesInForce(deps.db, all, model)
    return freezeAt(rules?.freeze ?? all.gate.freeze, Date.parse(at), localTimeIn)
  },

  /** Of a release of a reference that was approved. */
  absorbReference: (input: { release: string }): Promise<AbsorbedReference> =>
    absorbReference(deps, input),

  /** Of a release of a policy that was approved. */
  adoptPolicy: (input: { release: string }): Promise<AdoptedPolicy> => adoptPolicy(deps, input),

  async setReleaseState({ release, state, reason }: ReleaseEnd): Promise<void> {
    await deps.onPhase?.('before state')
    await setReleaseState(deps.db, release, state, reason, new Date(deps.clock()))
    await deps.onPhase?.('after state')
  },
})

const decidedBy = ({ answer, name, at, brokeGlass, outcome }: Decision): Decided => ({
  ...(brokeGlass && { brokeGlass }),
  ...(outcome === 'WITHDRAWN' && { withdrew: true as const }),
  answer: answer ?? 'reject',
  by: name,
  atMs: Date.parse(at),
})

async function evidenceOf(
  deps: ReleaseDeps,
  subject: ReleaseSubject,
  input: EvidenceInput,
  shown: Evidence | undefined,
): Promise<Evidence> {
  switch (subject) {
    case 'reference':
      return proposalEvidence(deps, input)
    case 'policy':
      return policyEvidence(deps, input)
    case 'version': {
      const before =
        shown?.schema === 'driftgate-evidence/1'
          ? {
              driftReport: shown.driftReport,
              reinstates: shown.reinstates,
            }
          : {}
      return releaseEvidence(deps, { ...input, ...before })
    }
  }
}

/** `moved` stands for evidence that cannot be gathered any more because what it was compared with is not in place. */
export async function currentEvidence(
  deps: ReleaseDeps,
  release: string,
): Promise<{ digest: string }> {
  const row = await findRelease(deps.db, release)
  if (row === null) throw new DriftgateError('RELEASE_UNKNOWN', { release })
  try {
    const { evidence } = row
    const subject = subjectOf(evidence)
    await refuseMoved(deps, subject, row)
    return { digest: digestOf(await evidenceOf(deps, subject, row, evidence)) }
  } catch (error) {
    if (error instanceof DriftgateError && voiding.includes(error.code)) return { digest: 'moved' }
    throw error
  }
}

const voiding: readonly ErrorCode[] = ['RELEASE_STALE', 'TRAFFIC_MOVED']

/** Whoever moved the traffic of a model by hand decided on another world than people were shown; also if it is back. */
async function refuseMoved(
  { db }: Pick<ReleaseDeps, 'db'>,
  subject: ReleaseSubject,
  { model, release, openedAt }: Pick<ReleaseRow, 'model' | 'release' | 'openedAt'>,
): Promise<void> {
  if (subject !== 'version') return
  const moved = await movedSince(db, model, openedAt)
  if (moved === null) return
  const from = trafficInWords(moved.expected ?? allTo(null))
  throw new DriftgateError('TRAFFIC_MOVED', {
    model,
    release,
    from,
    to: trafficInWords(moved.found),
  })
}

function generationOf(evidence: Evidence): string {
  switch (evidence.schema) {
    case 'driftgate-evidence/1':
      return evidence.targetGeneration
    case 'driftgate-proposal-evidence/1':
      return evidence.present.profile
    case 'driftgate-policy-evidence/1':
      return digestOf(evidence.before)
  }
}

const opened = (
  evidence: Evidence,
  { evidenceDigest, expiresAt }: { evidenceDigest: string; expiresAt: Date },
  ended: ReleaseState | null,
): OpenedRelease => ({
  evidenceDigest,
  targetGeneration: generationOf(evidence),
  critical:
    evidence.schema === 'driftgate-evidence/1' ? asksPeople(evidence) : evidence.policy.critical,
  places: placesOf(evidence.policy),
  required: evidence.policy.required,
  owners: evidence.policy.owners ?? [],
  escalation: evidence.policy.escalation ?? null,
  breakGlass: evidence.policy.breakGlass ?? null,
  expiresAt: expiresAt.toISOString(),
  ended,
})
