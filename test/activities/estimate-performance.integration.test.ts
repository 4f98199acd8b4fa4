import assert from 'node:assert/strict'
import { test } from 'node:test'
import { advanceLabels } from '../../activities/advance-labels.ts'
import { advanceLedger } from '../../activities/advance-ledger.ts'
import { estimatePerformance } from '../../activities/estimate-performance.ts'
import { judgeWindow } from '../../activities/judge-window.ts'
import { measurePerformance } from '../../activities/measure-performance.ts'
import { planLabels } from '../../activities/plan-labels.ts'
import { planScan } from '../../activities/scan-plan.ts'
import { eraseRows } from '../../adapters/postgres/erase-rows.ts'
import { listEstimates } from '../../adapters/postgres/estimates.ts'
import { incidentEvidence } from '../../adapters/postgres/incident-evidence.ts'
import { listPerformances } from '../../adapters/postgres/performances.ts'
import { transaction } from '../../adapters/postgres/pool.ts'
import { performanceCertainty } from '../../reports/performance-certainty.ts'
import { worseByEstimate } from '../reports/performance-examples.ts'
import { closedAfter } from '../support/closed-after.ts'
import { dayOf, type FraudOptions, fraudDay } from '../support/fraud-days.ts'
import { labelledWorld, labelOf } from '../support/labelled-world.ts'
import { scheduledAfter } from '../support/scan-world.ts'

const world = closedAfter((labels: object = {}) =>
  labelledWorld({
    labels: { delay: '1h', minimumLabels: 100, performance: { learn: { labels: 600 } }, ...labels },
    segments: ['plan'],
  }),
)
type World = Awaited<ReturnType<typeof world>>

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
async function live(
  own: World,
  days: readonly FraudOptions[],
  { count = 1_000, from = 0, positive = '' } = {},
) {
  const told = []
  for (const [i, options] of days.entries()) {
    const index = from + i
    const { messages, labels } = fraudDay(index, count, options)
    await own.send(messages)
    await scanDay(own, index)
    told.push(...(await estimateDay(own, index)))
    const named = labels.map(({ value, ...rest }) => {
      const record = JSON.parse(value ?? '')
      const label = positive === '' ? record.label : record.label === 1 ? positive : 'none'
      return { ...rest, value: JSON.stringify({ ...record, label }) }
    })
    await own.sendLabels([...named, labelOf('none', dayOf(index + 1, 1), positive || 0)])
    await measureDay(own, index)
  }
  return told
}

test('before any label is final an estimate says so; then it is made, and labels agree with it', async () => {
  const own = await world()
  assert.deepEqual(await live(own, [{}]), [])
  const first = await estimateOf(own, 0)
  assert.equal(first.judgement.verdict, 'INSUFFICIENT_LABELS')
  assert.match(first.headline, /no labels yet to estimate by: of 600 in two final windows/)
  const told = await live(own, [{}, {}, {}], { from: 1 })
  assert.deepEqual(
    told.map(({ eventId, by, verdict }) => [eventId, by, verdict]),
    [2, 3].map((day) => [`performance/m/estimate/${dayOf(day)}`, 'estimate', 'NO_DRIFT']),
  )
  const { parts } = await estimateOf(own, 3)
  assert.deepEqual(
    parts.map(({ segment, state, rows }) => [segment, state, rows]),
    [
      ['', 'ESTIMATED', 1_000],
      ['plan=basic', 'ESTIMATED', 679],
      ['plan=pro', 'ESTIMATED', 321],
    ],
  )
  const { parts: measured, judgement } = await measureOf(own, 3)
  for (const name of ['accuracy', 'roc_auc', 'brier']) {
    const estimated = parts[0]?.metrics.find((metric) => metric.name === name)
    const value = measured[0]?.metrics.find((metric) => metric.name === name)?.value ?? -1
    const { low, high } = estimated ?? {}
    assert.ok((low ?? 2) <= value && value <= (high ?? -2), `${name} ${low} ${value} ${high}`)
  }
  const gaps = judgement?.findings.filter(({ rule }) => rule === 'gap')
  assert.deepEqual(
    gaps?.map(({ state }) => state),
    ['ok', 'ok', 'ok'],
  )
})

test('other inputs: the estimate moves, both numbers are told, and the gap stays quiet', async () => {
  const own = await world()
  const told = await live(own, [{}, {}, {}, { shift: 1 }])
  const { parts, headline } = await estimateOf(own, 3)
  assert.equal(told.at(-1)?.verdict, 'DRIFT')
  assert.match(headline, /DRIFT: version 1: before its labels the Brier score is estimated at 0\.1/)
  assert.match(headline, /by a reference weighted for other inputs/)
  // What card and page of the incident that it opens show.
  const found = told.at(-1)!
  const incident = {
    ...worseByEstimate,
    ...{ model: 'm', verdictId: found.window.start, evidenceDigest: found.evidenceDigest },
  }
  const { judged } = await incidentEvidence(own.database.pool, incident)
  const [all] = judged?.expected ?? []
  assert.equal(judged?.judgement.by, 'estimate')
  assert.ok(all && all.segment === '' && all.loss.value > all.loss.reference)
  assert.equal(all.loss.reference, parts[0]?.change?.expected)
  const sure = performanceCertainty(judged)
  assert.match(sure[0] ?? '', /0\.\d+ estimated \(0\.\d+ to 0\.\d+\), 0\.\d+ on the reference/)
  assert.ok(sure.some((line) => /^Expected of version 1 by an estimate/.test(line)))
  const another = { ...incident, evidenceDigest: 'sha256:another' }
  assert.equal((await incidentEvidence(own.database.pool, another)).judged, null)
  const { weighted } = parts[0] ?? {}
  assert.ok(weighted && weighted.apart.low > 0.6 && weighted.effectiveRows < 1_500)
  const gaps = (await measureOf(own, 3)).judgement?.findings.filter(({ rule }) => rule === 'gap')
  assert.ok(
    gaps?.every(({ state }) => state !== 'alarm'),
    JSON.stringify(gaps),
  )
})

test('the same inputs and other labels: the estimate is quiet, and the gap names segment and direction', async () => {
  const own = await world({ positive: 'fraud' })
  const told = await live(own, [{}, {}, {}, { wrong: 1.2 }], { positive: 'fraud' })
  assert.equal(told.at(-1)?.verdict, 'NO_DRIFT')
  const { judgement } = await measureOf(own, 3)
  const gap = judgement?.findings.find(({ rule, segment }) => rule === 'gap' && segment === '')
  // Three windows do not say how much windows vary: nothing alarms by them.
  assert.equal(gap?.state, 'watch')
  assert.match(gap.sentence, /^\d\d(\.\d)? % fraud seen where 1\d(\.\d)? % were estimated/)
  assert.match(gap.sentence, /how windows vary is not known yet/)
})

test('the same again gives the same bytes, whether it was killed before or after it was stored', async () => {
  const own = await world()
  await live(own, [{}, {}, {}])
  await own.send(fraudDay(3, 1_000).messages)
  await scanDay(own, 3)
  for (const phase of ['before estimate', 'after estimate'] as const) {
    const deps = {
      ...own.deps,
      onPhase: (come: string) => {
        if (come === phase) throw new Error(`killed ${phase}`)
      },
    }
    const killed = estimatePerformance(deps, { model: 'm', window: dayOf(3) })
    await assert.rejects(killed, /killed/)
  }
  const stored = await estimateOf(own, 3)
  const told = await estimateDay(own, 3)
  assert.deepEqual(
    told.map(({ evidenceDigest }) => evidenceDigest),
    [stored.evidenceDigest],
  )
  await own.database.pool.query('delete from estimates where window_start = $1', [dayOf(3)])
  assert.deepEqual(await estimateDay(own, 3), told)
  assert.deepEqual(await estimateOf(own, 3), stored)
})

test('numbers are estimated by the rows of the sample, and their gap is held against what was learned', async () => {
  const own = await world({ task: 'regression' })
  await live(own, [
    { numbers: true },
    { numbers: true },
    { numbers: true },
    { numbers: true, shift: 0.8 },
  ])
  const { parts } = await estimateOf(own, 3)
  const [all] = parts
  assert.deepEqual([all?.state, all?.rows], ['ESTIMATED', 1_000])
  const change = all?.change
  assert.ok(change && change.difference > 0.1 * change.expected && change.p < 1e-3)
  const { judgement } = await measureOf(own, 3)
  const gaps = judgement?.findings.filter(({ rule }) => rule === 'gap')
  assert.ok(
    gaps?.every(({ state }) => state !== 'alarm' && state !== 'unavailable'),
    JSON.stringify(gaps),
  )
})

test('a prediction that is erased goes from the rows that performance is estimated by', async () => {
  const own = await world()
  await live(own, [{}, {}, {}])
  const { pool } = own.database
  const of = async () => (await pool.query('select id from estimator_rows order by id')).rows
  const [first, ...rest] = await of()
  assert.equal(rest.length, 1_999)
  const removed = await transaction(pool, async (client) =>
    eraseRows(client, { model: 'm', stored: first.id, json: JSON.stringify(first.id) }),
  )
  assert.deepEqual(
    removed.filter(({ place }) => place === 'estimators'),
    [{ place: 'estimators', rows: 1 }],
  )
  assert.deepEqual(await of(), rest)
})
