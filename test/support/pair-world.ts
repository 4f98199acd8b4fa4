import assert from 'node:assert/strict'
import { after } from 'node:test'
import { ledgerOf } from '../../adapters/postgres/ledger-proof.ts'
import { brokenInvariants } from './broken-invariants.ts'
import { scanWorld } from './scan-world.ts'

export type PairWorld = Awaited<ReturnType<typeof scanWorld>>

const worlds: PairWorld[] = []
after(async () => {
  for (const world of worlds) await world.close()
})

/** A world whose log holds requests and responses apart; it is closed after the tests of the file. */
export async function pairWorld(options: Parameters<typeof scanWorld>[0] = {}): Promise<PairWorld> {
  const world = await scanWorld({ ...options, log: { kind: 'pair', ...options.log } })
  worlds.push(world)
  return world
}

/** Both proofs of its ledger hold: that of the tables alone, and the program's own. */
export async function assertProved({ database }: PairWorld): Promise<void> {
  assert.deepEqual(await brokenInvariants(database.pool), [])
  for (const { faults } of await ledgerOf(database.pool, 'm', 0)) assert.deepEqual(faults, [])
}
