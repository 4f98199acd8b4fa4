import type pg from 'pg'
import { takeTurn } from '../adapters/postgres/advisory-lock.ts'
import { findAskedPolicy } from '../adapters/postgres/asked-policies.ts'
import { currentSettings } from '../adapters/postgres/config-versions.ts'
import {
  findPolicy,
  hasComeIntoForce,
  insertPolicy,
  policyTurn,
} from '../adapters/postgres/gate-policies.ts'
import { transaction } from '../adapters/postgres/pool.ts'
import { findRelease, listReleases } from '../adapters/postgres/releases.ts'
import { DriftgateError } from '../contracts/errors.ts'
import { placeOfModel, rulesOf } from '../contracts/gate-rules.ts'
import { digestOf } from '../profiles/index.ts'

export interface AdoptedPolicy {
  readonly configVersion: number
  /** Releases that were asked for by the policy before. */
  readonly waiting: readonly string[]
}

/**
 * Puts the policy in force that a release was approved for, in turn with every apply. Repeated after its own success it
 * changes nothing.
 *
 * Errors: RELEASE_UNKNOWN, RELEASE_STALE (another policy came into force, or another one was applied).
 */
export async function adoptPolicy(
  { db, clock }: { readonly db: pg.Pool; readonly clock: () => number },
  { release }: { readonly release: string },
): Promise<AdoptedPolicy> {
  const row = await findRelease(db, release)
  const stored = row && (await findAskedPolicy(db, row.runKey))
  if (!row || !stored) throw new DriftgateError('RELEASE_UNKNOWN', { release })
  const { model } = row
  const { before, after, configVersion } = stored.asked
  await transaction(db, async (client) => {
    await takeTurn(client, policyTurn)
    if (await hasComeIntoForce(client, release)) return
    const inForce = await findPolicy(client, model)
    const { settings } = await currentSettings(client)
    const own = settings.models[model]
    const applied = own && rulesOf(settings, own)
    for (const [was, is] of [
      [before, inForce?.rules ?? null],
      [after, applied ?? null],
    ]) {
      const [given, current] = [digestOf(was), digestOf(is)]
      if (given !== current) throw new DriftgateError('RELEASE_STALE', { release, given, current })
    }
    const place = placeOfModel(model, own!)
    const digest = digestOf(after)
    const policy = { model, place, rules: after, digest, configVersion, release }
    await insertPolicy(client, policy, new Date(clock()))
  })
  const waiting = await listReleases(db, { model, state: 'waiting' })
  return { configVersion, waiting: waiting.map((each) => each.release) }
}
