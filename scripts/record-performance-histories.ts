/**
 * Writes the history of a steward that is told that its model does worse to test/workflows/replay/steward-3.json, as
 * record-histories.ts does for the rest: `DRIFTGATE_SERVERS=FILE node scripts/record-performance-histories.ts`.
 */
import { findSteward } from '../adapters/postgres/stewards.ts'
import { tellSteward } from '../adapters/temporal/messages.ts'
import { workflowId } from '../contracts/messages.ts'
import type { StewardState } from '../contracts/steward.ts'
import { gateWorld, until } from '../test/support/gate-world.ts'
import { performanceOf } from '../test/support/judged-performance.ts'
import { newScript, type Script, verdictOf } from '../test/support/scripted-activities.ts'
import { record } from './recorded-history.ts'

const prefix = `recorded-${process.pid}/`
const script: Script = { ...newScript(), labels: 99 }
const world = await gateWorld({ script, prefix, critical: false })
const { environment, db } = world
const judge = (...given: Parameters<typeof performanceOf>) =>
  tellSteward(environment, 'm', 'performance-judged', performanceOf(...given))
const saved = (holds: (state: StewardState) => boolean) =>
  until(async () => {
    const state = await findSteward(db, 'm')
    return state !== null && holds(state)
  })

// An estimate that labels do not confirm, then labels and drift at once: one retraining, which is released.
await judge('estimate', 1)
await judge('estimate', 2)
await judge('labels', 1, 'NO_DRIFT')
await judge('labels', 2, 'NO_DRIFT')
await saved(({ performance }) => performance?.resolvedBy === 'quiet')
await tellSteward(environment, 'm', 'verdict-reached', verdictOf('m', 5, 'DRIFT'))
await judge('labels', 5)
await judge('labels', 6)
await saved(({ wanted }) => wanted?.labels === 99)
script.labels = 100
await saved(({ lastPromotion }) => lastPromotion !== null)
await judge('labels', 9)
await judge('labels', 10, 'INSUFFICIENT_LABELS')
await saved(({ performance }) => performance?.state === 'open')
await record('steward-3', workflowId.steward(prefix, 'm'))
await world.close()
