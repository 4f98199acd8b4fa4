import assert from 'node:assert/strict'
import { test } from 'node:test'
import { advanceLabels } from '../../activities/advance-labels.ts'
import { advanceLedger } from '../../activities/advance-ledger.ts'
import { estimatePerformance } from '../../activities/estimate-performance.ts'
import { judgeWindow } from '../../activities/judge-window.ts'
import { measurePerformance } from '../../activities/measure-performance.ts'
import { planLabels } from '../../activities/plan-labels.ts'
import { planScan } from '../../activities/scan-plan.ts'
import { listEstimates } from '../../adapters/postgres/estimates.ts'
import { listPerformances } from '../../adapters/postgres/performances.ts'
import { closedAfter } from '../support/closed-after.ts'
import { labelledWorld, labelOf, type SentLabel } from '../support/labelled-world.ts'
import { mulberry32, normal } from '../support/mulberry32.ts'
import { hourMs, origin, scheduledAfter } from '../support/scan-world.ts'

const world = closedAfter((labels: object = {}) =>
  labelledWorld({
    labels: { delay: '1h', minimumLabels: 100, performance: { learn: { labels: 600 } }, ...labels },
    segments: ['plan'],
  }),
)
type World = Awaited<ReturnType<typeof world>>

const dayOf = (index: number, hours = 0) =>
  new Date(origin + (index * 24 + hours) * hourMs).toISOString()

interface DayOptions {
  readonly shift?: number
  /** Logits of the truth above those of the score. */
  readonly wrong?: number
  readonly numbers?: boolean
}

/** Predictions of a day and the labels that they will get: scores say how probable 1 is, or a number is foretold. */
function fraudDay(index: number, count: number, options: DayOptions = {}) {
  const { shift = 0, wrong = 0, numbers = false } = options
  const next = mulberry32(index + 500)
  const rows = Array.from({ length: count }, (_, i) => {
    const amount = normal(next, 100 + 20 * shift, 20)
    const plan = next() < 0.3 ? 'pro' : 'basic'
    const logit = (amount - 130) / 10 + (plan === 'pro' ? 1 : 0)
    const p = 1 / (1 + Math.exp(-logit - wrong))
    // Numbers are foretold the worse the larger the amount is.
    const score = numbers ? amount : 1 / (1 + Math.exp(-logit))
    const label = numbers
      ? amount + normal(next) * Math.max(1, (amount - 60) / 10) * Math.exp(wrong)
      : next() < p
        ? 1
        : 0
    const id = `e${index}-${i}`
    const time = new Date(origin + (index + i / count) * 24 * hourMs).toISOString()
    const features = { amount, plan }
    const record = { id, time, model: 'm', version: '1', features, score }
    return { message: { partition: i % 2, value: JSON.stringify(record) }, id, label }
  })
  return {
    messages: rows.map(({ message }) => message),
    labels: rows.map(({ id, label }): SentLabel => labelOf(id, dayOf(index + 1), label)),
  }
}

/** One scan of the window of a day up to its verdict. */
async function scanDay({ deps }: World, index: number) {
  const plan = await planScan(deps, { model: 'm', scheduledAt: scheduledAfter(index) })
  for (const { partition, cut } of plan.partitions) {
    await advanceLedger(deps, { model: 'm', reading: plan.reading, partition, to: cut })
  }
  await judgeWindow(deps, plan)
  return plan
}

const estimateDay = ({ deps }: World, index: number) =>
  estimatePerformance(deps, { model: 'm', window: dayOf(index) })

/** What labels are there by the scan of a day. */
async function measureDay({ deps }: World, index: number) {
  const at = scheduledAfter(index)
  const labels = await planLabels(deps, { model: 'm', at, window: dayOf(index) })
  assert.ok(labels !== null)
  for (const { partition, cut } of labels.partitions) {
    await advanceLabels(deps, { model: 'm', reading: labels.reading, partition, to: cut })
  }
  return measurePerformance(deps, labels)
}

const estimateOf = async ({ database }: World, index: number) => {
  const all = await listEstimates(database.pool, 'm', 50)
  const found = all.find(({ window }) => window.start === dayOf(index))
  assert.ok(found !== undefined)
  return found
}
const measureOf = async ({ database }: World, index: number) => {
  const all = await listPerformances(database.pool, 'm', 50)
  const found = all.find(({ window }) => window.start === dayOf(index))
  assert.ok(found !== undefined)
  return found
}

/** Days with labels, one after the other, as scans of a model that goes on come to them. */
async function live(own: World, days: readonly DayOptions[], { count = 1_000, from = 0 } = {}) {
  const told = []
  for (const [i, options] of days.entries()) {
    const index = from + i
    const { messages, labels } = fraudDay(index, count, options)
    await own.send(messages)
    await scanDay(own, index)
    told.push(...(await estimateDay(own, index)))
    await own.sendLabels([...labels, labelOf('none', dayOf(index + 1, 1))])
    await measureDay(own, index)
  }
  return told
}

test('before any label is final an estimate says so, then it is made, and once labels are there they agree', async () => {
  const own = await world()
  const told = await live(own, [{}])
  const first = await estimateOf(own, 0)
  console.log(first.headline)
  told.push(...await live(own, [{}, {}, {}], { from: 1 }))
  console.log(told, (await estimateOf(own, 3)).headline, JSON.stringify((await measureOf(own, 3)).judgement, null, 1))
  console.log(JSON.stringify(await estimateOf(own, 3), null, 1))
})
