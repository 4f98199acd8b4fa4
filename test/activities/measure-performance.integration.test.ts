import assert from 'node:assert/strict'
import { test } from 'node:test'
import { advanceLabels } from '../../activities/advance-labels.ts'
import { advanceLedger } from '../../activities/advance-ledger.ts'
import { measurePerformance } from '../../activities/measure-performance.ts'
import { planLabels } from '../../activities/plan-labels.ts'
import { planScan } from '../../activities/scan-plan.ts'
import { labelMeasures } from '../../adapters/postgres/label-measures.ts'
import { lateLabels } from '../../adapters/postgres/late-labels.ts'
import { finalLosses, listPerformances } from '../../adapters/postgres/performances.ts'
import type { PerformanceReport } from '../../contracts/performance.ts'
import { closedAfter } from '../support/closed-after.ts'
import { labelledWorld, labelOf, type SentLabel } from '../support/labelled-world.ts'
import { mulberry32 } from '../support/mulberry32.ts'
import { day, hourMs, origin, scheduledAfter } from '../support/scan-world.ts'

const world = closedAfter((labels: object = {}) =>
  labelledWorld({ labels: { delay: '2d', minimumLabels: 50, ...labels } }),
)
type World = Awaited<ReturnType<typeof world>>

/** One scan of the window of a day, and what the labels that are there by then come to. */
async function scanDay({ deps }: World, index: number) {
  const at = scheduledAfter(index)
  const plan = await planScan(deps, { model: 'm', scheduledAt: at })
  for (const { partition, cut } of plan.partitions) {
    await advanceLedger(deps, { model: 'm', reading: plan.reading, partition, to: cut })
  }
  const labels = await planLabels(deps, { model: 'm', at, window: plan.window.start })
  assert.ok(labels !== null)
  for (const { partition, cut } of labels.partitions) {
    await advanceLabels(deps, { model: 'm', reading: labels.reading, partition, to: cut })
  }
  const { judged = [], ...measured } = await measurePerformance(deps, labels)
  return { labels, measured, judged }
}

const dayOf = (index: number, hours = 0) =>
  new Date(origin + index * 24 * hourMs + hours * hourMs).toISOString()

/** The label of each prediction of a day: 1 as often as its score says. */
function labelsOf(index: number, count: number, time: string): SentLabel[] {
  const next = mulberry32(index + 7)
  return day(index, count).map(({ value }) => {
    const { id, score } = JSON.parse(value)
    return labelOf(id, time, next() < score ? 1 : 0)
  })
}

const only = async ({ database }: World, start: string): Promise<PerformanceReport> => {
  const all = await listPerformances(database.pool, 'm', 10)
  const found = all.find(({ window }) => window.start === start)
  assert.ok(found !== undefined)
  return found
}

test('what is measured is provisional until labels of the declared delay later are there, then final', async () => {
  const own = await world()
  await own.send(day(0, 400))
  const none = await scanDay(own, 0)
  assert.deepEqual(none.measured, { watermark: null, final: 0, provisional: 1 })
  const first = await only(own, dayOf(0))
  assert.equal(first.state, 'PROVISIONAL')
  assert.deepEqual([first.predictions, first.labelled, first.watermark], [400, 0, null])
  assert.equal(first.parts[0]?.state, 'INSUFFICIENT_LABELS')

  await own.sendLabels(labelsOf(0, 400, dayOf(1, 3)).slice(0, 240))
  await own.send(day(1, 400))
  assert.deepEqual((await scanDay(own, 1)).measured, {
    ...{ watermark: dayOf(-1, 3), final: 0, provisional: 2 },
  })
  const second = await only(own, dayOf(0))
  assert.deepEqual([second.state, second.labelled], ['PROVISIONAL', 240])
  const auc = second.parts[0]?.metrics.find(({ name }) => name === 'roc_auc')
  // Of scores that are uniform and true it is 5/6.
  assert.ok(Math.abs((auc?.value ?? 0) - 5 / 6) < 0.1, String(auc?.value))

  await own.sendLabels(labelsOf(0, 400, dayOf(3)).slice(200))
  await own.send(day(2, 400))
  assert.deepEqual((await scanDay(own, 3)).measured, {
    ...{ watermark: dayOf(1), final: 1, provisional: 1 },
  })
  const final = await only(own, dayOf(0))
  assert.deepEqual([final.state, final.labelled], ['FINAL', 400])

  const { watermark, coverage } =
    (await labelMeasures(own.database.pool, ['m', 'other'])).get('m') ?? {}
  assert.deepEqual([watermark, coverage], [new Date(dayOf(1)), 1])

  // What comes after it is final does not change it.
  await own.sendLabels(labelsOf(0, 400, dayOf(4)).map((one) => ({ ...one, value: null })))
  await scanDay(own, 4)
  assert.deepEqual(await only(own, dayOf(0)), final)
})

test('labels that come after a window is final are counted, and enough of them are looked at beside it', async () => {
  const own = await world({ remeasure: 0.2 })
  const { pool } = own.database
  await own.send([...day(0, 400), ...day(1, 400)])
  await own.sendLabels(labelsOf(0, 400, dayOf(0, 12)).slice(0, 300))
  await own.sendLabels([labelOf('nobody', dayOf(3, 1))])
  await scanDay(own, 0)
  await scanDay(own, 3)
  const final = await only(own, dayOf(0))
  assert.deepEqual([final.state, final.labelled], ['FINAL', 300])
  const late = async () => (await lateLabels(pool, 'm', [dayOf(0)])).get(dayOf(0))
  assert.equal(await late(), undefined)

  // What they say is the opposite.
  const against = labelsOf(0, 400, dayOf(4)).map(({ value, ...one }) => {
    const { id, time, label } = JSON.parse(value ?? '')
    return { ...one, value: JSON.stringify({ id, time, label: 1 - label }) }
  })
  await own.sendLabels(against.slice(300, 340))
  const { labels: plan } = await scanDay(own, 5)
  assert.deepEqual([(await late())?.labels, (await late())?.report], [40, null], 'too few to look')
  await own.sendLabels(against.slice(340, 400))
  await scanDay(own, 6)
  const looked = await late()
  assert.deepEqual([looked?.labels, looked?.report?.labelled], [100, 400])
  const auc = ({ parts }: PerformanceReport) =>
    parts[0]?.metrics.find(({ name }) => name === 'roc_auc')?.value ?? 0
  assert.ok(auc(looked!.report!) < auc(final) - 0.1, 'it would be another')
  assert.deepEqual(await only(own, dayOf(0)), final, 'the final one stays')
  assert.equal((await labelMeasures(pool, ['m'])).get('m')?.late, 100)
  // A plan of before, done again, takes nothing back, and others losses are not held against the look.
  await measurePerformance(own.deps, plan)
  assert.deepEqual(await late(), looked)
  const { rows } = await pool.query('select count(*)::int as n from performances where final')
  assert.equal(rows[0].n, (await finalLosses(pool, 'm', new Date(0))).length)
})

test('labels in any order, doubled, corrected and withdrawn come to the same', async () => {
  const reports: PerformanceReport['parts'][] = []
  const next = mulberry32(3)
  const first = labelsOf(0, 300, dayOf(0, 12))
  const corrected = labelsOf(5, 300, dayOf(0, 13)).map((one, i) => {
    const { id } = JSON.parse(first[i]?.value ?? '')
    return { ...one, key: id, value: JSON.stringify({ ...JSON.parse(one.value ?? ''), id }) }
  })
  const all = [...first, ...corrected.slice(0, 100), ...first.slice(0, 50)]
  const withdrawn = first.slice(200, 220).map(({ value }) => {
    const { id } = JSON.parse(value ?? '')
    return labelOf(id, dayOf(0, 14), 1, { gone: true })
  })
  for (let round = 0; round < 3; round++) {
    const own = await world({ paths: { withdrawn: 'gone' } })
    const order = [...all, ...withdrawn]
      .map((label) => ({ label, at: round === 0 ? 0 : next() }))
      .sort((left, right) => left.at - right.at)
      .map(({ label }, i) => ({ ...label, partition: round === 0 ? 0 : i % 2 }))
    // Labels come before their predictions, too.
    if (round === 2) await own.sendLabels(order)
    await own.send(day(0, 300))
    if (round !== 2) await own.sendLabels(order)
    await scanDay(own, 0)
    const report = await only(own, dayOf(0))
    assert.deepEqual([report.labelled, report.withdrawn], [280, 20])
    reports.push(report.parts)
  }
  assert.deepEqual(reports[1], reports[0])
  assert.deepEqual(reports[2], reports[0])
})

test('the same plan again changes nothing, and a measure names its evidence', async () => {
  const own = await world()
  await own.send(day(0, 200))
  await own.sendLabels(labelsOf(0, 200, dayOf(0, 20)))
  const { labels } = await scanDay(own, 0)
  const report = await only(own, dayOf(0))
  await measurePerformance(own.deps, labels)
  assert.deepEqual(await only(own, dayOf(0)), report)
  assert.match(report.evidence.rows, /^[0-9a-f]{64}$/)
  assert.deepEqual(report.evidence.labelCut, { 0: '200', 1: '0' })
  assert.match(report.headline, /^roc_auc 0\.\d+.* of version 1; 100 % of 200 predictions/)
})

test('that only some predictions get labels is told', async () => {
  const own = await world({ minimumCoverage: 0.2 })
  await own.send(day(0, 1_000))
  const scores = new Map(
    day(0, 1_000).map(({ value }) => {
      const { id, score } = JSON.parse(value)
      return [id, score as number]
    }),
  )
  const all = labelsOf(0, 1_000, dayOf(0, 20))
  await own.sendLabels(all.filter(({ key }) => (scores.get(key ?? '') ?? 0) > 0.6))
  await scanDay(own, 0)
  const { bias, headline } = await only(own, dayOf(0))
  assert.ok(bias !== null && bias.pValue < 1e-10 && bias.labelled > 0.75)
  assert.match(headline, /labels come for other predictions than are made/)
})

test('what makes labels changes: the window is told from those before it, and none of these', async () => {
  const own = await world({ delay: '1h' })
  const days = 20
  for (let index = 0; index < days; index++) {
    await own.send(day(index, 400))
    // On the last day the labels of half of the predictions are turned round.
    const turn = (i: number) => index === days - 1 && i % 2 === 0
    const labels = labelsOf(index, 400, dayOf(index + 1)).map((one, i) => {
      const { id, time, label } = JSON.parse(one.value ?? '')
      return labelOf(id, time, turn(i) ? 1 - label : label)
    })
    await own.sendLabels(labels)
  }
  await own.sendLabels([labelOf('later', dayOf(days, 1))])
  for (let index = 0; index < days; index++) await scanDay(own, index)
  const all = await listPerformances(own.database.pool, 'm', days)
  const [last, ...before] = all.map(({ parts, headline, judgement }) => ({
    ...{ ...parts[0], headline, verdict: judgement?.verdict },
  }))
  assert.equal(before.length, days - 1)
  assert.ok(before.every(({ change }) => !change || change.p > 0.001))
  const { change, loss, headline } = last ?? {}
  assert.ok(loss && change, headline)
  assert.equal(loss.name, 'brier')
  assert.ok(change.p < 1e-4 && change.low > 0, JSON.stringify(change))
  assert.equal(change.windows, days - 1)
  assert.match(
    headline ?? '',
    /DRIFT: version 1: Brier score 0\.\d+, .*in 19 windows before \(worse/,
  )
  assert.equal(last?.verdict, 'DRIFT')
  assert.ok(before.every(({ verdict }) => verdict !== 'DRIFT'))
  assert.deepEqual(
    [before.at(-1)?.verdict, before[0]?.verdict],
    ['INSUFFICIENT_LABELS', 'NO_DRIFT'],
  )
})

test('final windows leave sums behind, then what is usual and a stream, in the transaction of their measure', async () => {
  const learn = { labels: 1_000, windows: 8 }
  const own = await world({ delay: '1h', performance: { learn } })
  const days = 14
  for (let index = 0; index < days; index++) {
    await own.send(day(index, 300))
    await own.sendLabels(labelsOf(index, 300, dayOf(index + 1)))
  }
  await own.sendLabels([labelOf('later', dayOf(days, 1))])
  for (let index = 0; index < days; index++) {
    const { judged } = await scanDay(own, index)
    assert.deepEqual(
      judged.map(({ eventId }) => eventId),
      [`performance/m/labels/${dayOf(index)}`],
    )
  }
  const { rows } = await own.database.pool.query<{
    learned: string
    usual: string
    passed: string
  }>(
    `select count(lesson) as learned, count(usual) as usual, count(stream) as passed
     from performance_states where model = 'm' and segment = ''`,
  )
  const [states] = rows
  assert.equal(Number(states?.usual), 1)
  assert.ok(Number(states?.learned) >= 8)
  assert.equal(Number(states?.learned) + Number(states?.passed), days)

  // The same window judged once more, from what those before it left behind, has the same bytes.
  const last = dayOf(days - 1)
  const before = await only(own, last)
  const asked = [last]
  await own.database.pool.query('delete from performances where window_start = $1', asked)
  const left = await own.database.pool.query(
    'select from performance_states where window_start = $1',
    asked,
  )
  assert.equal(left.rowCount, 0, 'they go with the measure')
  await scanDay(own, days - 1)
  assert.deepEqual(await only(own, last), before)
})
