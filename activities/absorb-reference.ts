import type pg from 'pg'
import { listDecisions } from '../adapters/postgres/decisions.ts'
import { transaction } from '../adapters/postgres/pool.ts'
import { findProposal, type StoredProposal } from '../adapters/postgres/proposals.ts'
import { lockReferences, putInForce } from '../adapters/postgres/references.ts'
import { findRelease, type ReleaseRow } from '../adapters/postgres/releases.ts'
import { lastPlannedEnd } from '../adapters/postgres/verdicts.ts'
import { DriftgateError } from '../contracts/errors.ts'
import { trainingReference } from '../contracts/prediction.ts'
import { type AbsorbedOrigin, absorbed } from '../contracts/reference-upload.ts'
import { withoutErased } from './erased-ids.ts'
import { ownOrNewest } from './own-reference.ts'

export interface AbsorbedReference {
  readonly origin: AbsorbedOrigin
  /** Start of the first window that is held against it, ISO 8601. */
  readonly windowsFrom: string
}

/**
 * Puts the reference that a release was approved for in force, from the window after the last planned one on: windows
 * that were judged stay with what they were held against, and are judged again to the same bytes. Repeated after its
 * own success it changes nothing.
 *
 * Errors: RELEASE_UNKNOWN, RELEASE_STALE (another reference came into force).
 */
export async function absorbReference(
  { db }: { readonly db: pg.Pool },
  { release }: { readonly release: string },
): Promise<AbsorbedReference> {
  const row = await findRelease(db, release)
  const stored = row && (await findProposal(db, row.runKey))
  if (!row || !stored) throw new DriftgateError('RELEASE_UNKNOWN', { release })
  const { model, version, binning, present, range } = stored.proposal
  return transaction(db, async (client) => {
    await lockReferences(client)
    const before = await ownOrNewest(client, model, version, { binning })
    const done = absorbed(before.origin)
    if (done?.release === release && before.windowsFrom) {
      return { origin: done, windowsFrom: before.windowsFrom.toISOString() }
    }
    if (before.profileDigest !== present.profile) {
      const details = { release, given: present.profile, current: before.profileDigest }
      throw new DriftgateError('RELEASE_STALE', details)
    }
    const windowsFrom = (await lastPlannedEnd(client, model)) ?? new Date(range.end)
    const origin = await originOf(db, row, stored)
    const sample = await withoutErased(client, model, stored.sample)
    for (const one of referencesOf({ ...stored, sample })) {
      await putInForce(client, { ...one, origin, windowsFrom }, one.segment)
    }
    return { origin, windowsFrom: windowsFrom.toISOString() }
  })
}

/** Of the segments before the whole, so that whoever finds the reference finds all of them. */
function referencesOf({ proposal, sample }: StoredProposal) {
  const { model, version, profile, segments } = proposal
  const common = { model, name: trainingReference, version }
  return [
    ...Object.entries(segments).map(([segment, profileDigest]) => ({
      ...{ ...common, segment, profileDigest, sample: null },
    })),
    { ...common, segment: '', profileDigest: profile, sample },
  ]
}

/** Who approved exactly what the release showed in the end. */
async function originOf(
  db: pg.Pool,
  { release, requestedBy, evidenceDigest, askedAt }: ReleaseRow,
  { proposal }: StoredProposal,
): Promise<AbsorbedOrigin> {
  const approvals = (await listDecisions(db, release))
    .map(({ decision }) => decision)
    .filter((decision) => decision.evidenceDigest === evidenceDigest)
    .filter(({ at }) => askedAt === null || Date.parse(at) >= askedAt.getTime())
    .filter(({ outcome }) => outcome === 'APPROVED' || outcome === 'ACCEPTED_PENDING_QUORUM')
  const last = approvals.at(-1)
  if (last === undefined) throw new DriftgateError('RELEASE_UNKNOWN', { release })
  return {
    release,
    askedBy: [...requestedBy],
    approvedBy: approvals.map(({ name }) => name),
    at: last.at,
    from: proposal.range.start,
    to: proposal.range.end,
  }
}
