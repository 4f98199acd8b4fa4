import assert from 'node:assert/strict'
import { test } from 'node:test'
import { advanceLabels } from '../../activities/advance-labels.ts'
import { advanceLedger } from '../../activities/advance-ledger.ts'
import { judgeWindow } from '../../activities/judge-window.ts'
import { measurePerformance } from '../../activities/measure-performance.ts'
import { planLabels } from '../../activities/plan-labels.ts'
import { planScan } from '../../activities/scan-plan.ts'
import { tellWhy } from '../../activities/tell-why.ts'
import { finalWindows } from '../../adapters/postgres/earlier-finals.ts'
import { recordEstimate } from '../../adapters/postgres/estimates.ts'
import { listPerformances, type WindowToMeasure } from '../../adapters/postgres/performances.ts'
import type { LabelSettings } from '../../contracts/label-settings.ts'
import type { PerformanceJudgement } from '../../contracts/performance-finding.ts'
import { estimateOf } from '../reports/why-examples.ts'
import { closedAfter } from '../support/closed-after.ts'
import { labelledWorld, labelOf, type SentLabel } from '../support/labelled-world.ts'
import { mulberry32 } from '../support/mulberry32.ts'
import { day, hourMs, origin, scheduledAfter } from '../support/scan-world.ts'

const world = closedAfter(() => labelledWorld({ labels: { delay: '2d', minimumLabels: 50 } }))

const perDay = 800
const quiet = 22
/** Days on which a rule is turned round for some; on the one after them all is as before. */
const turned = [22, 23]
const days = 25

const dayOf = (index: number) => new Date(origin + index * 24 * hourMs).toISOString()

/** The label of each prediction of a day: 1 as often as its score says, or as it does not. */
function labelsOf(index: number): SentLabel[] {
  const next = mulberry32(index + 7)
  return day(index, perDay).map(({ value }) => {
    const { id, score, features } = JSON.parse(value)
    const isTurned = turned.includes(index) && features.plan === 'pro' && features.amount >= 100
    return labelOf(id, dayOf(index + 3), next() < (isTurned ? 1 - score : score) ? 1 : 0)
  })
}

async function measured() {
  const own = await world()
  const { deps } = own
  let last = ''
  for (let index = 0; index < days; index++) {
    await own.send(day(index, perDay))
    const plan = await planScan(deps, { model: 'm', scheduledAt: scheduledAfter(index) })
    for (const { partition, cut } of plan.partitions) {
      await advanceLedger(deps, { model: 'm', reading: plan.reading, partition, to: cut })
    }
    if (index >= quiet) await judgeWindow(deps, plan)
    last = plan.window.start
    await own.sendLabels(labelsOf(index))
  }
  await own.sendLabels([labelOf('nobody', dayOf(days + 3))])
  // All windows become final at once, as after a label topic that was away.
  const plan = await planLabels(deps, { model: 'm', at: dayOf(days + 4), window: last })
  assert.ok(plan !== null)
  for (const { partition, cut } of plan.partitions) {
    await advanceLabels(deps, { model: 'm', reading: plan.reading, partition, to: cut })
  }
  assert.equal((await measurePerformance(deps, plan)).final, days)
  const reports = await listPerformances(own.database.pool, 'm', days)
  const of = (index: number) => reports.find(({ window }) => window.start === dayOf(index))
  return { own, plan, of }
}

test('a rule that changes for some is told as concept drift, with the rows it changed for, and lasts until it does not', async () => {
  const { own, plan, of } = await measured()
  const [first, second, third] = [...turned, 24].map(of)
  assert.equal(of(21)?.slices, undefined)
  assert.equal(of(21)?.kind, undefined)

  assert.equal(first?.judgement?.verdict, 'DRIFT')
  const slice = first.slices?.found[0]
  const features = slice?.conditions.map(({ feature }) => feature)
  assert.deepEqual(features, ['plan', 'amount'], first.slices?.sentence)
  assert.ok(slice !== undefined && slice.p <= 0.01 && slice.effectInterval[0] > 0)
  assert.ok(slice.inside.now > 0.35 && (slice.inside.before ?? 1) < 0.25)
  assert.ok((first.slices?.earlier.length ?? 0) > 2, 'it is held against earlier windows')
  assert.deepEqual(first.slices?.found.length, 1)

  assert.equal(first.kind?.kind, 'concept_drift')
  assert.match(first.kind?.sentence ?? '', /no feature drifted/)
  assert.match(first.judgement.headline, /Brier score .* for plan = pro and .*; concept drift/)
  assert.ok(first.headline.includes('plan = pro'))

  assert.equal(second?.checked?.foundIn, dayOf(22))
  assert.deepEqual(
    second?.checked?.slices.map(({ state }) => state),
    ['confirmed'],
  )
  assert.match(second?.judgement?.headline ?? '', /confirmed: Brier score/)
  assert.equal(second?.slices?.found.length, 1)

  assert.equal(third?.checked?.foundIn, dayOf(23))
  assert.deepEqual(
    third?.checked?.slices.map(({ state }) => state),
    ['not confirmed'],
  )
  assert.equal(third?.kind, undefined)

  // Where no rows may be kept, or they are not independent, there are no slices; the kind is told all the same.
  const windows = await finalWindows(own.database.pool, 'm', [dayOf(23)])
  const { labels, data, detection } = own.model
  const why = (settings: object) =>
    tellWhy(own.database.pool, {
      settings: { labels: labels as LabelSettings, data, detection, ...settings },
      ...{ plan, window: windows[0] as WindowToMeasure },
      ...{ parts: second?.parts ?? [], judgement: second?.judgement as PerformanceJudgement },
    })
  assert.ok((await why({})).slices !== undefined)
  for (const settings of [
    { data: { ...data, rows: 'needed' as const } },
    { detection: { ...detection, designEffect: 2 } },
  ]) {
    const { slices, checked, kind } = await why(settings)
    assert.deepEqual([slices, checked, kind?.classes], [undefined, undefined, null])
    assert.equal(kind?.kind, 'concept_drift')
  }

  // Where labels could tell no loss, what was estimated before them is told, and that it is no more than that.
  const { pool } = own.database
  const estimate = { ...estimateOf(), model: 'm', window: third!.window }
  const asked = { asked: 'x', scan: new Date(estimate.window.start) }
  await recordEstimate(pool, asked, { report: estimate, waiting: [] })
  const [window] = await finalWindows(pool, 'm', [dayOf(24)])
  const judgedAs = (state: 'unavailable' | 'ok') => {
    const found = third?.judgement as PerformanceJudgement
    return { ...found, findings: found.findings.map((one) => ({ ...one, state })) }
  }
  const lastWhy = (state: 'unavailable' | 'ok') =>
    tellWhy(pool, {
      settings: { labels: labels as LabelSettings, data, detection },
      ...{ plan, window: window as WindowToMeasure, parts: third?.parts ?? [] },
      judgement: judgedAs(state),
    })
  const { kind } = await lastWhy('unavailable')
  assert.deepEqual([kind?.kind, kind?.estimate], ['too_early', estimate.evidenceDigest])
  assert.deepEqual(kind?.reasons, [
    estimate.judgement.findings[0]?.sentence,
    'no feature drifted',
    'what came of labels cannot be held against anything yet',
  ])
  assert.equal((await lastWhy('ok')).kind, undefined)
})
