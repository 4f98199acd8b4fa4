import { listIncidents } from '../adapters/postgres/incidents.ts'
import { transaction } from '../adapters/postgres/pool.ts'
import { insertProposal } from '../adapters/postgres/proposals.ts'
import { insertProfile } from '../adapters/postgres/references.ts'
import type { AbsorbInput } from '../contracts/absorb.ts'
import type { ModelSettings } from '../contracts/config.ts'
import { keepsSamples } from '../contracts/data-settings.ts'
import { DriftgateError } from '../contracts/errors.ts'
import type { Proposal } from '../contracts/proposal.ts'
import { settingsDigest } from '../judging/compared.ts'
import { type MergedRange, mergeRange } from '../judging/merged-range.ts'
import { sortWindows, tooLittle } from '../policies/absorption.ts'
import { openDrift } from '../policies/incidents.ts'
import { joinedPieces } from '../policies/references.ts'
import {
  decodeProfile,
  decodeSample,
  type ErasedIds,
  encodeProfile,
  encodeSample,
  eraseFromSample,
  profileDigest,
  sampleDigest,
  sampledRows,
} from '../profiles/index.ts'
import { lookAtRange, partsOfWindow } from './absorbed-range.ts'
import { erasedIdsOf, withoutErased } from './erased-ids.ts'
import { previewOf } from './preview-reference.ts'
import { type ScanDeps, scannedModel } from './scan-deps.ts'

/** Windows that are judged under the proposed reference, to see whether their alarms would be gone. */
const previewed = 6

/**
 * Merges the windows of a range into the reference that a person proposes, from what the last judged window's cut
 * holds, and writes it down under its run key unless it is only asked what it would be. Asked again, it answers the same.
 *
 * Errors: MODEL_UNKNOWN, REFERENCE_MISSING, LEDGER_BROKEN, ABSORB_RANGE, ABSORB_BROKEN_WINDOWS.
 */
export async function proposeReference(deps: ScanDeps, input: AbsorbInput): Promise<Proposal> {
  const { configVersion, settings } = await scannedModel(deps, input.model)
  const looked = await lookAtRange(deps, input, settings)
  const { taken, leftOut, accepted, unspoken } = sortWindows(looked.range, input)
  refuseUnspoken(input.model, unspoken)
  const shown = looked.judged.slice(-previewed)
  const merged = await mergeRange({
    windows: taken,
    partsOf: (window) => partsOfWindow(deps.db, looked, settings, window),
    binning: looked.present.binning,
    without: shown.map(({ window }) => window.start),
  })
  const needed = { windows: settings.retraining.windows, rows: settings.detection.minimumRows }
  const reason = tooLittle({ windows: merged.held.length, rows: merged.whole.profile.rows }, needed)
  if (reason !== null) {
    throw new DriftgateError('ABSORB_RANGE', { model: input.model, since: input.since, reason })
  }
  const { present } = looked
  const keep = keptOf(merged, settings, await erasedIdsOf(deps.db, input.model))
  const proposal: Proposal = {
    ...{ model: input.model, version: looked.version, reason: input.reason },
    range: looked.span,
    merged: joinedPieces(
      merged.held.map(({ start, end }) => ({ start: Date.parse(start), end: Date.parse(end) })),
    ).map(({ start, end }) => [new Date(start).toISOString(), new Date(end).toISOString()]),
    ...{ leftOut: [...leftOut], accepted: [...accepted] },
    ...{ windows: merged.held.length, rows: merged.whole.profile.rows },
    profile: profileDigest(keep.profile),
    segments: Object.fromEntries(
      keep.segments.map(({ segment, bytes }) => [segment, profileDigest(bytes)]),
    ),
    sample: keep.sample && sampleDigest(sampledRows(decodeSample(keep.sample))),
    binning: present.binningDigest,
    present: {
      ...{ profile: present.profileDigest, version: present.version },
      rows: decodeProfile(present.profile, present.binning).rows,
      origin: present.origin ?? null,
    },
    ...{ reading: looked.plan.reading, cut: { ...looked.below.cut } },
    repairs: looked.below.repairs,
    ...{ configVersion, settings: settingsDigest(settings) },
    preview: await previewOf(deps.db, { looked, settings, merged, shown }),
    driftReport: await driftReport(deps, input.model),
  }
  if (!input.dryRun) await store(deps, input.ask, proposal, keep)
  return proposal
}

function refuseUnspoken(
  model: string,
  unspoken: readonly { window: { start: string }; verdict: string }[],
): void {
  if (unspoken.length === 0) return
  const told = unspoken.slice(0, 5).map(({ window, verdict }) => `${window.start} ${verdict}`)
  const more = unspoken.length > 5 ? `, and ${unspoken.length - 5} more` : ''
  const details = { model, count: unspoken.length, windows: `${told.join(', ')}${more}` }
  throw new DriftgateError('ABSORB_BROKEN_WINDOWS', details)
}

interface Kept {
  readonly profile: Uint8Array
  readonly rows: number
  readonly segments: readonly { segment: string; bytes: Uint8Array; rows: number }[]
  readonly sample: Uint8Array | null
}

const keptOf = ({ whole }: MergedRange, settings: ModelSettings, erased: ErasedIds): Kept => ({
  profile: encodeProfile(whole.profile),
  rows: whole.profile.rows,
  segments: [...whole.segments]
    .map(([segment, profile]) => ({ segment, bytes: encodeProfile(profile), rows: profile.rows }))
    .sort((left, right) => (left.segment < right.segment ? -1 : 1)),
  sample: keepsSamples(settings) ? without(erased, encodeSample(whole.sample)) : null,
})

const without = (erased: ErasedIds, sample: Uint8Array): Uint8Array =>
  erased.none ? sample : (eraseFromSample(sample, erased)?.bytes ?? sample)

const store = (
  { db }: ScanDeps,
  runKey: string,
  proposal: Proposal,
  { profile, rows, segments, sample }: Kept,
): Promise<void> =>
  transaction(db, async (client) => {
    const { binning } = proposal
    for (const one of [...segments, { bytes: profile, rows }]) {
      const stored = { digest: profileDigest(one.bytes), binning, bytes: one.bytes }
      await insertProfile(client, stored, one.rows)
    }
    const left = await withoutErased(client, proposal.model, sample)
    await insertProposal(client, runKey, { proposal, sample: left })
  })

async function driftReport({ db }: ScanDeps, model: string): Promise<Proposal['driftReport']> {
  const open = openDrift(await listIncidents(db, model))
  if (open === undefined) return null
  return { verdict: open.lastWindow.start, evidenceDigest: open.evidenceDigest }
}
