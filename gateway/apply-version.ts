import type { Person } from '../adapters/identity/index.ts'
import { takeTurn } from '../adapters/postgres/advisory-lock.ts'
import { type AskedPolicyRow, lastAskedPolicy } from '../adapters/postgres/asked-policies.ts'
import { currentConfigVersion, storeConfigVersion } from '../adapters/postgres/config-versions.ts'
import { receivers } from '../adapters/postgres/delegations.ts'
import { policyTurn } from '../adapters/postgres/gate-policies.ts'
import { type Db, transaction } from '../adapters/postgres/pool.ts'
import type { Settings } from '../contracts/config.ts'
import type { Surroundings } from '../policies/policy-difference.ts'
import { inForce } from './applied.ts'
import type { GatewayDeps } from './deps.ts'
import { type AppliedPolicy, isAsked, keepPolicies, settledPolicies } from './settle-policies.ts'

export interface AppliedVersion {
  readonly id: number
  readonly changed: boolean
  readonly policies: readonly AppliedPolicy[]
  /** Of what waits. */
  readonly asked: readonly AskedPolicyRow[]
}

type Version = Parameters<typeof storeConfigVersion>[1]

/** A new version of the configuration, with what comes of its gates: all of it or nothing, one after another. */
export const applyVersion = (
  deps: GatewayDeps,
  after: Settings,
  { version, person, askAgain }: { version: Version; person: Person; askAgain: boolean },
): Promise<AppliedVersion> =>
  transaction(deps.db, async (client) => {
    await takeTurn(client, policyTurn)
    const before = await inForce(client)
    const settings = before?.settings ?? null
    const around = await surroundings(deps, client)
    const policies = await settledPolicies(client, { before: settings, after }, around)
    const stored = await storeConfigVersion(client, version)
    const now = new Date(around.nowMs)
    const applying = { before, version: stored.id, person, now, askAgain }
    return { ...stored, policies, asked: await keepPolicies(client, policies, applying) }
  })

/** What would come of it; `asked` holds the requests that would stay as they are, not those that would be made anew. */
export async function lookedAt(
  deps: GatewayDeps,
  after: Settings,
  { version: { digest }, askAgain }: { version: Version; askAgain: boolean },
): Promise<AppliedVersion> {
  const { db } = deps
  const current = await currentConfigVersion(db)
  const before = (await inForce(db))?.settings ?? null
  const policies = await settledPolicies(db, { before, after }, await surroundings(deps, db))
  const asked: AskedPolicyRow[] = []
  for (const { model, applied, settled } of policies.filter((each) => each.settled.waits)) {
    const last = await lastAskedPolicy(db, model)
    if (last !== null && isAsked(last, settled.rules, applied.rules, askAgain)) asked.push(last)
  }
  const id = (current?.id ?? 0) + Number(current?.digest !== digest)
  return { id, changed: false, policies, asked }
}

async function surroundings(
  { settings, clock }: Pick<GatewayDeps, 'settings' | 'clock'>,
  db: Db,
): Promise<Surroundings> {
  const nowMs = clock()
  const claimed = settings.gateway.personClaim !== undefined
  return { nowMs, claimed, handedTo: await receivers(db, new Date(nowMs)) }
}
