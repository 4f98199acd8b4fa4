import { findBrokenGlass } from '../adapters/postgres/decisions.ts'
import { findRelease } from '../adapters/postgres/releases.ts'
import { endReview, findReview, openReview, openReviews } from '../adapters/postgres/reviews.ts'
import { DriftgateError } from '../contracts/errors.ts'
import { type Place, placesOf } from '../contracts/gate-policy.ts'
import type { Review } from '../contracts/release.ts'
import type { ReleaseDeps } from './releases.ts'

export interface OpenedReview {
  readonly evidenceDigest: string
  readonly places: readonly Place[]
  readonly owners: readonly string[]
  /** None of them may answer: who asked for the release, and who broke the glass, by each of their names. */
  readonly requestedBy: readonly string[]
  readonly dueAt: string
  readonly state: Review['state']
}

/** The record of reviews, on the queue `release`. Every step may be repeated at any time. */
export const reviewActivities = (deps: Pick<ReleaseDeps, 'db' | 'onPhase'>) => ({
  /** Of a release whose glass was broken. RELEASE_UNKNOWN where it was not. */
  async openReview({ release }: { release: string }): Promise<OpenedReview> {
    const row = await findRelease(deps.db, release)
    const broken = await findBrokenGlass(deps.db, release)
    if (row === null || broken === null) throw new DriftgateError('RELEASE_UNKNOWN', { release })
    const { policy } = row.evidence
    const openedAt = new Date(broken.at)
    const dueAt = new Date(openedAt.getTime() + (policy.breakGlass?.review ?? 0))
    const { name: brokenBy, reason, person, account } = broken
    await deps.onPhase?.('before review')
    await openReview(deps.db, { release, brokenBy, reason, openedAt, dueAt })
    await deps.onPhase?.('after review')
    const found = await findReview(deps.db, release)
    return {
      evidenceDigest: row.evidenceDigest,
      places: placesOf(policy),
      owners: policy.owners ?? [],
      requestedBy: [...row.requestedBy, person, ...(account === undefined ? [] : [account])],
      dueAt: dueAt.toISOString(),
      state: found?.state ?? 'open',
    }
  },

  async endReview(input: {
    release: string
    state: 'upheld' | 'objected'
    at: string
  }): Promise<void> {
    await deps.onPhase?.('before review ends')
    await endReview(deps.db, input.release, input.state, new Date(input.at))
    await deps.onPhase?.('after review ends')
  },

  /** Releases whose review nobody has ended. */
  async reviewsToEnd(): Promise<{ model: string; release: string }[]> {
    const open = await openReviews(deps.db)
    return open.map(({ release }) => ({
      model: release.slice(0, release.lastIndexOf('/')),
      release,
    }))
  },
})
