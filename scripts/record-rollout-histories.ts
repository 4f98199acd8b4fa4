/**
 * Writes the histories of traffic that moves in steps to test/workflows/replay/*.json:
 * `DRIFTGATE_SERVERS=FILE node scripts/record-rollout-histories.ts`. Each name is written once more; to keep an old
 * history, give it another number first.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { workflowId } from '../contracts/messages.ts'
import { gateWorld, until } from '../test/support/gate-world.ts'
import { healthIs, trafficNow } from '../test/support/step-target.ts'
import { record } from './recorded-history.ts'

const folder = await mkdtemp(join(tmpdir(), 'driftgate-versions-'))
const quick = { watch: '1s', look: '1s', patience: '1h' }
type World = Awaited<ReturnType<typeof gateWorld>>

async function approved(
  steps: NonNullable<Parameters<typeof gateWorld>[0]>['rollout'],
  meet: (world: World) => Promise<void>,
) {
  const world = await gateWorld({ rollout: { ...quick, ...steps }, versions: folder })
  try {
    await world.open()
    await world.decide(await world.message())
    await meet(world)
  } finally {
    await world.close()
  }
}
const hasCanary = ({ db }: World) => until(async () => (await trafficNow(db)).canary !== null)

// Every kind of step, paused and resumed on the way, promoted and taken back later.
const every = [{ shadow: '1s' }, { share: 10, for: '1s' }, { confirm: 'approver' }]
await approved({ steps: every }, async (world) => {
  await healthIs(world.db, 'HEALTHY')
  await hasCanary(world)
  await world.order('pause')
  await world.order('resume')
  await until(async () => (await world.order('resume'))?.outcome === 'RESUMED')
  await world.result()
  await record('release-9', world.handle.workflowId)
  await world.rollBack()
  await record('rollback', workflowId.rollback(world.environment.prefix, world.release))
})

// A bad canary goes back by itself.
await approved({ steps: [{ share: 10, for: '1h' }] }, async (world) => {
  await hasCanary(world)
  await healthIs(world.db, 'UNHEALTHY')
  await world.result()
  await record('release-10', world.handle.workflowId)
})

// Still under way: what a new worker finds after its deploy.
await approved({ steps: [{ share: 10, for: '1h' }] }, async (world) => {
  await hasCanary(world)
  await record('release-11', world.handle.workflowId)
})

await rm(folder, { recursive: true, force: true })
