import { randomUUID } from 'node:crypto'
import type pg from 'pg'
import {
  type AskedPolicyRow,
  insertAskedPolicy,
  lastAskedPolicy,
} from '../adapters/postgres/asked-policies.ts'
import { insertPolicy, keptPolicies } from '../adapters/postgres/gate-policies.ts'
import { isSame } from '../adapters/postgres/pending-policies.ts'
import type { Db } from '../adapters/postgres/pool.ts'
import { reserveNumber } from '../adapters/postgres/releases.ts'
import type { Settings } from '../contracts/config.ts'
import { placeOfModel, rulesOf } from '../contracts/gate-rules.ts'
import type { Surroundings } from '../policies/policy-difference.ts'
import { type PlacedPolicy, type SettledPolicy, settlePolicy } from '../policies/policy-settling.ts'
import { digestOf } from '../profiles/index.ts'

type Gates = Pick<Settings, 'gate' | 'people' | 'models'>

export interface AppliedPolicy {
  readonly model: string
  readonly applied: PlacedPolicy
  /** In force before; null: the model was never applied. */
  readonly own: PlacedPolicy | null
  readonly settled: SettledPolicy
}

/** What comes of the policies of a configuration, `before` being the one that it takes the place of. */
export async function settledPolicies(
  db: Db,
  { before, after }: { readonly before: Gates | null; readonly after: Gates },
  surroundings: Surroundings,
): Promise<AppliedPolicy[]> {
  const kept = await keptPolicies(db)
  const known = [...kept, ...unkept(before, kept)]
  return Object.entries(after.models).map(([model, settings]) => {
    const applied = placed(after, model, settings)
    const own = known.findLast((each) => each.model === model) ?? null
    const there = known
      .filter((each) => each.model !== model && each.place === applied.place)
      .map(({ rules }) => rules)
      .reverse()
    const stays = Object.hasOwn(before?.models ?? {}, model)
    const settled = settlePolicy(applied, { own, stays, there }, surroundings)
    return { model, applied, own, settled }
  })
}

/** Of what was applied before policies were kept, as it was in force then. */
const unkept = (before: Gates | null, kept: readonly { readonly model: string }[]) =>
  Object.entries(before?.models ?? {})
    .filter(([model]) => !kept.some((each) => each.model === model))
    .map(([model, settings]) => ({ model, ...placed(before!, model, settings) }))

const placed = (all: Gates, model: string, settings: Settings['models'][string]): PlacedPolicy => ({
  rules: rulesOf(all, settings),
  place: placeOfModel(model, settings),
})

export interface ApplyingPolicies {
  /** Version and settings that were in force. */
  readonly before: { readonly id: number; readonly settings: Gates } | null
  readonly version: number
  readonly person: { readonly subject: string; readonly name: string }
  readonly now: Date
  /** Asks once more for what was rejected or expired. */
  readonly askAgain: boolean
}

/** Writes down what came into force and what is asked for; returns the requests of what waits, new and old. */
export async function keepPolicies(
  client: pg.PoolClient,
  policies: readonly AppliedPolicy[],
  { before, version, person, now, askAgain }: ApplyingPolicies,
): Promise<AskedPolicyRow[]> {
  for (const { model, rules, place } of unkept(
    before?.settings ?? null,
    await keptPolicies(client),
  )) {
    const row = { model, place, rules, digest: digestOf(rules), release: null }
    await insertPolicy(client, { ...row, configVersion: before!.id }, now)
  }
  const asked: AskedPolicyRow[] = []
  for (const { model, applied, own, settled } of policies) {
    const { rules, waits, change } = settled
    const { place } = applied
    if (own === null || own.place !== place || !isSame(own.rules, rules)) {
      const row = { model, place, rules, digest: digestOf(rules), release: null }
      await insertPolicy(client, { ...row, configVersion: version }, now)
    }
    if (!waits) continue
    const last = await lastAskedPolicy(client, model)
    if (last !== null && isAsked(last, rules, applied.rules, askAgain)) {
      asked.push(last)
      continue
    }
    const runKey = randomUUID()
    const n = await reserveNumber(client, model, runKey)
    const what = {
      ...{ model, configVersion: version, appliedBy: person.name, appliedAt: now.toISOString() },
      ...{ differences: [...change.differences], before: rules, after: applied.rules },
    }
    const row = { runKey, person: person.subject, asked: what }
    await insertAskedPolicy(client, row, now)
    asked.push({ ...row, model, release: `${model}/${n}`, state: null, reason: '' })
  }
  return asked
}

/** Whether it was asked for already: what people said no to, or did not answer, is asked again only when somebody wants that. */
export function isAsked(
  { asked: { before, after }, state }: AskedPolicyRow,
  inForce: PlacedPolicy['rules'],
  applied: PlacedPolicy['rules'],
  askAgain: boolean,
): boolean {
  if (!isSame(before, inForce) || !isSame(after, applied)) return false
  if (state === 'rejected' || state === 'expired') return !askAgain
  return state !== 'void' && state !== 'failed' && state !== 'promoted'
}
