import type pg from 'pg'
import { transaction } from '../adapters/postgres/pool.ts'
import {
  findRelease,
  hasEnded,
  setReleaseState,
  showRelease,
} from '../adapters/postgres/releases.ts'
import { DriftgateError } from '../contracts/errors.ts'
import type { ReleaseInput } from '../contracts/messages.ts'
import {
  type Evidence,
  type ReleaseState,
  type ReleaseSubject,
  subjectOf,
} from '../contracts/release.ts'
import { digestOf } from '../profiles/index.ts'
import { type AbsorbedReference, absorbReference } from './absorb-reference.ts'
import { proposalEvidence } from './proposal-evidence.ts'
import { type EvidenceDeps, type EvidenceInput, releaseEvidence } from './release-evidence.ts'

export interface ReleaseDeps extends EvidenceDeps {
  readonly db: pg.Pool
  readonly clock: () => number
}

export interface OpenedRelease {
  readonly evidenceDigest: string
  /** What is in place now: of the traffic, or the reference by its digest. */
  readonly targetGeneration: string
  readonly critical: boolean
  readonly required: number
  readonly role: string
  readonly expiresAt: string
  /** The release ended in an earlier run of the workflow; nothing is asked. */
  readonly ended: ReleaseState | null
}

/** The record of releases, on the queue `release`. Every step may be repeated at any time. */
export const releaseActivities = (deps: ReleaseDeps) => ({
  /**
   * Writes down what is asked and shown. Called again while it waits, it is asked anew with what is
   * true now. RELEASE_STALE when the champion is not the one the candidate was compared with, or the reference in force
   * not the one that the proposed one was looked at beside.
   */
  async openRelease(input: ReleaseInput): Promise<OpenedRelease> {
    const before = await findRelease(deps.db, input.release)
    if (before !== null && before.state !== 'waiting') {
      return opened(before.evidence, before, hasEnded(before.state) ? before.state : null)
    }
    const subject = input.absorbs === undefined ? 'version' : 'reference'
    const evidence = await evidenceOf(deps, subject, input, before?.evidence)
    const settings = (await deps.settings()).models[input.model]
    if (settings === undefined) throw new DriftgateError('MODEL_UNKNOWN', { model: input.model })
    const openedAt = before?.openedAt ?? new Date(deps.clock())
    // A tightened expiry counts at once, a loosened one not for what is asked already.
    const inForce = openedAt.getTime() + settings.approval.expiry
    const expiresAt = new Date(Math.min(before?.expiresAt.getTime() ?? inForce, inForce))
    const digest = digestOf(evidence)
    await transaction(deps.db, (client) =>
      showRelease(client, input, { evidence, digest, openedAt, expiresAt }),
    )
    return opened(evidence, { evidenceDigest: digest, expiresAt }, null)
  },

  /** Digest of the evidence as it is now, to hold against the one that was decided on. */
  currentEvidence: ({ release }: { release: string }): Promise<{ digest: string }> =>
    currentEvidence(deps, release),

  /** Of a release of a reference that was approved. */
  absorbReference: (input: { release: string }): Promise<AbsorbedReference> =>
    absorbReference(deps, input),

  setReleaseState: (input: {
    release: string
    state: ReleaseState
    reason: string
  }): Promise<void> =>
    setReleaseState(deps.db, input.release, input.state, input.reason, new Date(deps.clock())),
})

const evidenceOf = (
  deps: ReleaseDeps,
  subject: ReleaseSubject,
  input: EvidenceInput,
  shown: Evidence | undefined,
): Promise<Evidence> =>
  subject === 'reference'
    ? proposalEvidence(deps, input)
    : releaseEvidence(deps, { ...input, ...(shown && { driftReport: shown.driftReport }) })

/** `moved` stands for evidence that cannot be gathered any more because what it was compared with is not in place. */
export async function currentEvidence(
  deps: ReleaseDeps,
  release: string,
): Promise<{ digest: string }> {
  const row = await findRelease(deps.db, release)
  if (row === null) throw new DriftgateError('RELEASE_UNKNOWN', { release })
  try {
    const { evidence } = row
    return { digest: digestOf(await evidenceOf(deps, subjectOf(evidence), row, evidence)) }
  } catch (error) {
    if (error instanceof DriftgateError && error.code === 'RELEASE_STALE')
      return { digest: 'moved' }
    throw error
  }
}

const opened = (
  evidence: Evidence,
  { evidenceDigest, expiresAt }: { evidenceDigest: string; expiresAt: Date },
  ended: ReleaseState | null,
): OpenedRelease => ({
  evidenceDigest,
  targetGeneration: 'present' in evidence ? evidence.present.profile : evidence.targetGeneration,
  critical: evidence.policy.critical,
  required: evidence.policy.required,
  role: evidence.policy.role,
  expiresAt: expiresAt.toISOString(),
  ended,
})
