import type { EstimateReport } from '../../contracts/estimate.ts'
import type { ToldKind } from '../../contracts/kind.ts'
import { type PerformanceReport, performanceReport } from '../../contracts/performance.ts'
import type { Report } from '../../contracts/report.ts'
import type { IncidentWhy, WindowRecord } from '../../contracts/why.ts'
import { dataSideOf } from '../../policies/data-side.ts'
import { kindOf } from '../../policies/kinds.ts'
import { whyOfIncident } from '../../policies/why.ts'
import { driftReport } from './examples.ts'
import { judgedByEstimate, judgedByLabels } from './performance-examples.ts'

const nothing: WindowRecord = { report: null, measure: null, estimate: null }

/** Nobody knows anything of its windows any more. */
export const unknownWhy: IncidentWhy = { latest: null, labelled: null }

/** Of an incident of one window of which so much is on record. */
export const whyOf = (record: Partial<WindowRecord>, hasLabels = true): IncidentWhy =>
  whyOfIncident({ latest: { ...nothing, ...record }, labelled: null }, hasLabels)

export const driftSlice = '8.1 % -> 38 % of rows have country = DE and age < 25'

/** A month whose rows are mostly others of one slice. */
export const slicedReport: Report = {
  ...driftReport,
  slices: {
    ...{ definition: 1, level: 0.01, rows: { chosen: 1_000, judged: 1_000 } },
    samples: { reference: 'sha256:a', current: 'sha256:b' },
    found: [
      {
        conditions: [
          { kind: 'value', feature: 'country', value: 'DE' },
          { kind: 'range', feature: 'age', from: null, below: 25 },
        ],
        rows: { reference: 81, current: 380 },
        shares: { reference: 0.081, current: 0.38 },
        ...{ effect: 0.3, effectInterval: [0.26, 0.33], p: 1e-60, sentence: driftSlice },
      },
    ],
    sentence: driftSlice,
  },
}

/** A month in which no feature moved. */
export const quietReport: Report = {
  ...driftReport,
  verdict: 'NO_DRIFT',
  headline: 'no feature drifted',
  window: judgedByLabels.window,
}

export const lossSlice =
  'Brier score 0.17 -> 0.48 for plan = pro and amount >= 99.8, 15 % of rows; elsewhere 0.17 -> 0.16'

/** As its final labels found a month, and the kind that they told with the verdict on its data. */
export function measureOf(data: Report = quietReport): PerformanceReport {
  const { model, window, predictions, labelled, judgement, evidenceDigest } = judgedByLabels
  const kind = kindOf({
    ...{ data: dataSideOf(data), performance: [judgement], classes: null },
    slices: [lossSlice],
  }) as ToldKind
  return performanceReport.parse({
    ...{ schema: 'driftgate-performance/1', model, window, state: 'FINAL', task: 'binary' },
    ...{ labelsAt: window.end, watermark: window.end, predictions, labelled, judgement },
    ...{ withdrawn: 0, unusable: 0, bias: null, parts: [], headline: judgement.headline },
    ...{ configVersion: 1, evidenceDigest },
    kind: { ...kind, verdict: data.evidenceDigest, classes: null },
    slices: {
      ...{ definition: 1, version: '3', loss: 'brier', level: 0.01, earlier: [] },
      ...{ rows: { chosen: 500, judged: 500 }, samples: { now: 'sha256:c', before: null } },
      found: [
        {
          conditions: [{ kind: 'value', feature: 'plan', value: 'pro' }],
          ...{ rows: 75, rowsBefore: 70, share: 0.15, effect: 0.32, effectInterval: [0.2, 0.4] },
          ...{ inside: { before: 0.17, now: 0.48 }, outside: { before: 0.17, now: 0.16 } },
          ...{ p: 1e-6, carried: 0.9, sentence: lossSlice },
        },
      ],
      sentence: lossSlice,
    },
    evidence: {
      ...{ reading: 'r', cut: {}, repairs: 0, labelReading: 'l', labelCut: {}, rows: 'sha256:d' },
    },
  })
}

/** As an estimate found a month, before any label. */
export function estimateOf(): EstimateReport {
  const { model, window, predictions, judgement, expected, evidenceDigest } = judgedByEstimate
  return {
    ...{ schema: 'driftgate-estimate/1', model, window, task: 'binary', predictions, judgement },
    parts: expected.map(({ version, segment, loss, metrics }) => ({
      ...{ version, segment, predictions, rows: predictions, state: 'ESTIMATED', reason: null },
      ...{ metrics: [...metrics], weighted: null },
      loss: { name: 'brier', mean: loss.value, variance: 1e-6 },
      change: {
        ...{ expected: loss.reference, difference: loss.value - loss.reference },
        ...{ low: 0.024, high: 0.058, p: 6e-6, windows: 24, effective: 20 },
      },
    })),
    ...{ headline: judgement.headline, configVersion: 1, evidenceDigest },
    evidence: {
      ...{ reading: 'r', cut: {}, repairs: 0, rows: 'sha256:e', samples: {}, estimators: {} },
      earlier: 'sha256:f',
    },
  }
}
