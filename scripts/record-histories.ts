/**
 * Writes test/workflows/replay/*.json: histories of workflows from a real run, for the replay test; those of the gate are
 * written by record-gate-histories.ts.
 * Run it after a change that is meant to change what workflows do, and keep the old files of a version
 * that may still have open workflows: `DRIFTGATE_SERVERS=FILE node scripts/record-histories.ts`.
 */
import { findSteward } from '../adapters/postgres/stewards.ts'
import { resultOf, scanResult, startRepair, startScan } from '../adapters/temporal/messages.ts'
import { workflowId } from '../contracts/messages.ts'
import { approver, gateWorld, otherApprover, until, viewer } from '../test/support/gate-world.ts'
import { dueAfter, newScript, type Script } from '../test/support/scripted-activities.ts'
import { record } from './recorded-history.ts'

const prefix = `recorded-${process.pid}/`
const script: Script = { ...newScript(), verdicts: { 5: 'DRIFT', 6: 'DRIFT' }, labels: 99 }
const world = await gateWorld({ script, prefix })
const { environment, db, release } = world
const saved = (holds: (state: NonNullable<Awaited<ReturnType<typeof findSteward>>>) => boolean) =>
  until(async () => {
    const state = await findSteward(db, 'm')
    return state !== null && holds(state)
  })

const scans: string[] = []
for (const day of [4, 5, 6]) {
  scans.push(await startScan(environment, 'm', dueAfter(day)))
  await scanResult(environment, scans.at(-1)!)
}
const repairs = await startRepair(environment, 'm')
await resultOf(environment, repairs)
await saved(({ wanted }) => wanted?.labels === 99)
script.labels = 100
await saved((state) => state.release !== null)
await until(async () => (await world.message()).token !== '' && (await isWaiting()))
await world.decide(await world.message(viewer))
await world.decide(await world.message(approver, 'approve', { digest: 'f'.repeat(64) }))
await Promise.all([
  world.decide(await world.message(approver)),
  world.decide(await world.message(otherApprover, 'reject')),
])
await saved((state) => state.lastPromotion !== null || state.held !== null)

await record('scan', scans[1]!)
await record('repair', repairs)
await record('retrain', workflowId.retrain(prefix, 'm', script.submitted[0]!))
await record('release', workflowId.release(prefix, release))
await record('steward', workflowId.steward(prefix, 'm'))
await world.close()

async function isWaiting(): Promise<boolean> {
  const { rows } = await db.query("select 1 from releases where state = 'waiting'")
  return rows.length === 1
}
