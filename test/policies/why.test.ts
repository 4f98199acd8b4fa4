import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { WindowRecord } from '../../contracts/why.ts'
import { whyOfIncident, whyOfWindow } from '../../policies/why.ts'
import { dataQualityReport, driftReport } from '../reports/examples.ts'
import { judgedByEstimate, judgedByLabels } from '../reports/performance-examples.ts'
import { estimateOf, measureOf, quietReport, slicedReport } from '../reports/why-examples.ts'

const nothing: WindowRecord = { report: null, measure: null, estimate: null }
const why = (record: Partial<WindowRecord>, hasLabels = true) =>
  whyOfWindow({ ...nothing, ...record }, hasLabels)
const reasons = (record: Partial<WindowRecord>, hasLabels = true) =>
  why(record, hasLabels)?.kind?.reasons ?? []
const provisional = { ...measureOf(), state: 'PROVISIONAL' as const, kind: undefined }

test('before any label a drift is too early to call, and what is missing is said as it is', () => {
  const early = why({ report: driftReport })
  assert.deepEqual(
    [early?.kind?.kind, early?.kind?.suggests, early?.by],
    ['too_early', 'wait', 'data'],
  )
  assert.deepEqual(reasons({ report: driftReport }), [
    driftReport.headline,
    'no labels yet: nothing is known of the loss',
  ])
  const some = reasons({ report: driftReport, measure: provisional })
  assert.equal(some.at(-1), 'its labels are not complete yet: nothing is known of the loss')
  const none = reasons({ report: driftReport, measure: { ...provisional, labelled: 0 } })
  assert.equal(none.at(-1), 'no labels yet: nothing is known of the loss')
  const never = reasons({ report: driftReport }, false)
  assert.equal(never.at(-1), 'the model has no labels: nothing is known of the loss')
})

test('broken input needs no label to be told', () => {
  assert.equal(why({ report: dataQualityReport })?.kind?.kind, 'upstream_fault')
})

test('an estimate that is worse is told as what it is, and decides nothing', () => {
  const found = why({ report: quietReport, estimate: estimateOf() })
  assert.equal(found?.by, 'estimate')
  assert.equal(found.kind?.kind, 'too_early')
  assert.deepEqual(found.kind.reasons, [
    judgedByEstimate.judgement.findings[0]?.sentence,
    'no feature drifted',
    'no labels yet: nothing is known of the loss',
  ])
  assert.deepEqual(found.performance, {
    ...{ by: 'estimate', verdict: 'DRIFT', headline: judgedByEstimate.judgement.headline },
  })
})

test('an estimate that could tell nothing is no source', () => {
  const estimate = estimateOf()
  const findings = estimate.judgement.findings.map((one) => ({
    ...{ ...one, state: 'unavailable' as const },
  }))
  const found = why({
    report: quietReport,
    estimate: { ...estimate, judgement: { ...estimate.judgement, findings } },
  })
  assert.deepEqual([found?.by, found?.performance, found?.kind], ['data', null, null])
})

test('final labels have the last word: neither the estimate nor the data change what they told', () => {
  const measure = measureOf()
  const found = why({ report: driftReport, measure, estimate: estimateOf() })
  assert.deepEqual(found?.kind?.kind, 'concept_drift')
  assert.equal(found.kind.sentence, measure.kind?.sentence)
  assert.equal(found.performance?.by, 'labels')
  const { kind: _, ...good } = measure
  assert.equal(why({ report: quietReport, measure: good, estimate: estimateOf() })?.kind, null)
})

test('slices are told whoever found them, and nothing on record is nothing told', () => {
  const { slices } = why({ report: slicedReport, measure: measureOf() }) ?? {}
  assert.equal(slices?.drift, slicedReport.slices)
  assert.equal(slices?.loss?.found.length, 1)
  assert.equal(why({ report: driftReport })?.slices.drift, null)
  assert.equal(why({}), null)
})

test('an incident is told by its latest window, and by the latest that labels have judged where that is another', () => {
  const labelled = { ...nothing, report: quietReport, measure: measureOf() }
  const late = { ...nothing, report: { ...driftReport, window: judgedByEstimate.window } }
  const both = whyOfIncident({ latest: late, labelled }, true)
  assert.equal(both.latest?.kind?.kind, 'too_early')
  assert.equal(both.labelled?.window.start, judgedByLabels.window.start)
  assert.equal(whyOfIncident({ latest: labelled, labelled }, true).labelled, null)
  assert.deepEqual(whyOfIncident({ latest: nothing, labelled: null }, true), {
    ...{ latest: null, labelled: null },
  })
})
