import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { advanceLabels } from '../../../activities/advance-labels.ts'
import { advanceLedger } from '../../../activities/advance-ledger.ts'
import { planLabels } from '../../../activities/plan-labels.ts'
import { planScan } from '../../../activities/scan-plan.ts'
import { armLosses } from '../../../adapters/postgres/arm-losses.ts'
import { labelledWorld, labelOf } from '../../support/labelled-world.ts'
import { day, hourMs, origin, scheduledAfter } from '../../support/scan-world.ts'

const world = await labelledWorld({ labels: { delay: '2d', minimumLabels: 50 } })
after(() => world.close())

const since = new Date(origin + 6 * hourMs)
const arms = ['1', '2'].map((version) => ({ version, since }))

test('without rows and labels there are no losses', async () => {
  const none = { n: 0, sum: 0, squares: 0 }
  assert.deepEqual(await armLosses(world.database.pool, 'm', arms, undefined), [none, none])
})

test('losses of both arms are those of a plain join by id, of the latest label, since the step began', async () => {
  const sent = day(0, 400).map(({ value, partition }, i) => ({
    partition,
    value: JSON.stringify({ ...JSON.parse(value), version: i % 4 === 0 ? '2' : '1' }),
  }))
  await world.send(sent)
  const at = (hours: number) => new Date(origin + hours * hourMs).toISOString()
  const answers = sent.map(({ value }) => JSON.parse(value))
  // Every third has no label; of every fifth it is corrected.
  const labelled = answers.filter((_, i) => i % 3 !== 0)
  await world.sendLabels(labelled.map(({ id }, i) => labelOf(id, at(30), i % 2)))
  const corrected = new Map(labelled.flatMap(({ id }, i) => (i % 5 === 0 ? [[id, 1]] : [])))
  await world.sendLabels([...corrected].map(([id, label]) => labelOf(id, at(31), label)))
  const plan = await planScan(world.deps, { model: 'm', scheduledAt: scheduledAfter(0) })
  for (const { partition, cut } of plan.partitions) {
    await advanceLedger(world.deps, { model: 'm', reading: plan.reading, partition, to: cut })
  }
  const labels = await planLabels(world.deps, {
    ...{ model: 'm', at: scheduledAfter(0), window: plan.window.start },
  })
  assert.ok(labels !== null)
  for (const { partition, cut } of labels.partitions) {
    const { reading } = labels
    await advanceLabels(world.deps, { model: 'm', reading, partition, to: cut })
  }
  const found = await armLosses(world.database.pool, 'm', arms, undefined)
  const expected = ['1', '2'].map((version) => {
    const losses = labelled.flatMap((answer, i) => {
      if (answer.version !== version || Date.parse(answer.time) < since.getTime()) return []
      return [(answer.score - (corrected.get(answer.id) ?? i % 2)) ** 2]
    })
    const total = (power: number) => losses.reduce((sum, loss) => sum + loss ** power, 0)
    return { n: losses.length, sum: total(1), squares: total(2) }
  })
  for (const [i, { n, sum, squares }] of expected.entries()) {
    assert.equal(found[i]?.n, n)
    assert.ok(n > 20)
    assert.ok(Math.abs((found[i]?.sum ?? 0) - sum) < 1e-9)
    assert.ok(Math.abs((found[i]?.squares ?? 0) - squares) < 1e-9)
  }
})
