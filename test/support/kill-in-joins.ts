import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { joinsPartition } from '../../adapters/postgres/parts.ts'
import type { ScanPlan } from '../../contracts/scan.ts'
import { scanPhases } from '../../contracts/scan-phases.ts'
import { brokenInvariants } from './broken-invariants.ts'
import type { ScanChildInput } from './scan-child.ts'
import type { scanWorld } from './scan-world.ts'

const child = fileURLToPath(new URL('scan-child.ts', import.meta.url))

/** Kills the joins of a plan in every phase that they have: only what is committed is there, and it holds. */
export async function killInJoins(
  { broker, database, model }: Awaited<ReturnType<typeof scanWorld>>,
  { reading, joins }: ScanPlan,
): Promise<void> {
  const joined = async () => {
    const { rows } = await database.pool.query<{ n: number }>(
      'select count(joined_at)::int as n from joins',
    )
    return rows[0]!.n
  }
  for (const phase of scanPhases.filter((name) => /join/.test(name))) {
    const before = await joined()
    const input: ScanChildInput = {
      ...{ broker, database: database.url, model, reading },
      ...{ partition: joinsPartition, to: String(joins), die: { phase, after: 0 } },
    }
    const running = spawn(process.execPath, [child, JSON.stringify(input)], { stdio: 'inherit' })
    const [, signal] = (await once(running, 'exit')) as [number | null, string | null]
    assert.equal(signal, 'SIGKILL', phase)
    assert.equal((await joined()) - before, phase === 'after join' ? 1 : 0, phase)
    assert.deepEqual(await brokenInvariants(database.pool), [], phase)
  }
}
