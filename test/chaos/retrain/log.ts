import { labelledWorld, labelOf } from '../../support/labelled-world.ts'
import { mulberry32 } from '../../support/mulberry32.ts'
import { day } from '../../support/scan-world.ts'
import type { ChaosServers } from '../servers.ts'

/** What the world says "1" to: amounts above this, but for a share of whims. */
export const truth = 100
const whims = 0.12

/** Two quiet days of predictions, and the labels of all of them. */
export async function learnableLog(on: ChaosServers) {
  const world = await labelledWorld({
    on,
    labels: { delay: '1h', minimumLabels: 50, minimumCoverage: 0.1 },
  })
  const records = [...day(0, 1_000), ...day(1, 1_000)]
  await world.send(records)
  const next = mulberry32(3)
  await world.sendLabels(
    records.map(({ value, partition }) => {
      const { id, time, features } = JSON.parse(value)
      const label = features.amount > truth !== next() < whims ? 1 : 0
      return { ...labelOf(id, time, label), partition }
    }),
  )
  return world
}
