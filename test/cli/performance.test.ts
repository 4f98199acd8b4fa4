import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { EstimateReport } from '../../contracts/estimate.ts'
import type { PerformanceReport } from '../../contracts/performance.ts'
import { type PerformanceAnswer, performanceAnswer } from '../../contracts/performance-answer.ts'
import { matchesFile } from '../support/snapshot.ts'
import { serveAnswers } from './gateway-double.ts'
import { runCli } from './run-cli.ts'

const evidence = {
  ...{ reading: '4f1d2a9c0b7e8d55', cut: { 0: '400' }, repairs: 0 },
  ...{ labelReading: '9a51c04d7f3a8be2', labelCut: { 0: '300' }, rows: 'a'.repeat(64) },
}
const common = {
  ...{ schema: 'driftgate-performance/1' as const, model: 'car-loan', task: 'binary' as const },
  ...{ labelsAt: '2026-03-09T02:00:00.000Z', watermark: '2026-03-02T01:30:00.000Z' },
  ...{ withdrawn: 2, unusable: 0, bias: null, configVersion: 3, evidence, evidenceDigest: 'd' },
}
const metric = (name: string, value: number | null) => ({ name, value, low: null, high: null })
const range = (name: string, value: number) => ({
  ...{ name, value, low: value - 0.02, high: value + 0.02 },
})
/** Of the window that is not over yet, and of one whose labels are there. */
const estimate = (hour: number): EstimateReport => ({
  ...{ schema: 'driftgate-estimate/1', model: 'car-loan', task: 'binary', predictions: 1_000 },
  window: { start: `2026-03-02T0${hour}:00:00.000Z`, end: `2026-03-02T0${hour + 1}:00:00.000Z` },
  parts: [
    {
      ...{ version: '7', segment: '', predictions: 1_000, rows: 1_000 },
      ...{ state: 'ESTIMATED', reason: null, loss: null, change: null },
      metrics: [range('roc_auc', 0.9), range('accuracy', 0.85)],
      weighted:
        hour === 0
          ? null
          : {
              ...{ metrics: [range('roc_auc', 0.88), range('accuracy', 0.82)] },
              ...{ effectiveRows: 800, apart: { auc: 0.7, low: 0.68, high: 0.72 } },
            },
    },
  ],
  judgement: { by: 'estimate', verdict: 'NO_DRIFT', findings: [], headline: 'none alarms' },
  headline: 'estimated before the labels of 1,000 predictions: roc_auc 0.9 of version 7',
  configVersion: 3,
  evidence: {
    ...{ reading: '4f1d2a9c0b7e8d55', cut: { 0: '400' }, repairs: 0, rows: 'b'.repeat(64) },
    ...{ samples: {}, estimators: { 7: 'c'.repeat(64) }, earlier: 'e'.repeat(64) },
  },
  evidenceDigest: 'd',
})
const answer: PerformanceAnswer = {
  ...{ schema: 'driftgate-performances/1', model: 'car-loan' },
  labels: {
    ...{ topic: 'car-loan.labels', watermark: '2026-03-02T01:30:00.000Z' },
    ...{ readAt: '2026-03-09T02:00:11.000Z', labels: 4_000, unmatched: 12 },
  },
  estimates: [estimate(2), estimate(0)],
  windows: [
    {
      ...common,
      window: { start: '2026-03-02T01:00:00.000Z', end: '2026-03-02T02:00:00.000Z' },
      ...{ state: 'PROVISIONAL', predictions: 1_200, labelled: 90 },
      headline: '7.5 % of 1,200 predictions have a label so far: too few to measure by',
      parts: [
        {
          ...{ version: '7', segment: '', predictions: 1_200, labelled: 90 },
          ...{ state: 'INSUFFICIENT_LABELS', metrics: [], loss: null, change: null },
        },
      ],
    },
    {
      ...common,
      window: { start: '2026-03-02T00:00:00.000Z', end: '2026-03-02T01:00:00.000Z' },
      ...{ state: 'FINAL', predictions: 1_000, labelled: 940 },
      headline: 'roc_auc 0.912 of version 7; 94 % of 1,000 predictions have a label',
      later: {
        ...{ labels: 41, at: '2026-03-12T02:00:00.000Z' },
        look: {
          ...{ labelled: 981, withdrawn: 2, evidenceDigest: 'e' },
          headline: 'roc_auc 0.894 of version 7; 98.1 % of 1,000 predictions have a label',
          parts: [
            {
              ...{ version: '7', segment: '', predictions: 1_000, labelled: 981 },
              ...{ state: 'MEASURED', loss: null, change: null },
              metrics: [metric('roc_auc', 0.894), metric('accuracy', 0.85)],
            },
          ],
        },
      },
      parts: [
        {
          ...{ version: '7', segment: '', predictions: 1_000, labelled: 940, state: 'MEASURED' },
          loss: { name: 'brier', mean: 0.12, variance: 0.0001 },
          change: null,
          metrics: [metric('roc_auc', 0.912), metric('accuracy', 0.861), metric('precision', null)],
        },
        {
          ...{ version: '7', segment: 'region=south', predictions: 120, labelled: 20 },
          ...{ state: 'INSUFFICIENT_LABELS', metrics: [], loss: null, change: null },
        },
      ],
      judgement: {
        ...{ by: 'labels', verdict: 'DRIFT', headline: 'version 7: rate of errors 0.31' },
        findings: [
          {
            ...{ rule: 'error_stream', version: '7', segment: '', state: 'alarm', p: null },
            ...{ level: 0.0001, effect: 0.11, effectInterval: [0.07, 0.15], n: 940 },
            ...{ metric: 'error_rate', minimumEffect: 0.01, since: '2026-03-02T00:12:00.000Z' },
            sentence: 'rate of errors 0.31 since 2026-03-02 00:12 UTC',
          },
          {
            ...{ rule: 'loss', version: '7', segment: 'region=south', state: 'unavailable' },
            ...{ p: null, level: null, effect: null, effectInterval: null, metric: null, n: 20 },
            ...{ minimumEffect: null, since: null, sentence: 'too few labels to measure by' },
          },
        ],
      },
    },
  ],
}

async function against(body: unknown, ...more: string[]) {
  const gateway = await serveAnswers({
    'GET /v1/models/car-loan/performance?limit=12': [[200, body]],
  })
  try {
    return await runCli(['performance', 'car-loan', '--gateway', gateway.url, ...more])
  } finally {
    await gateway.close()
  }
}

test('performance shows where labels stand and how well each window went', async () => {
  const { status, out } = await against(answer, '--segments')
  assert.equal(status, 0)
  matchesFile(out, new URL('./snapshots/performance.txt', import.meta.url))
})

test('it says which kind of drift a window shows, and what became of the slices of the one before', async () => {
  const [provisional, final] = answer.windows as [PerformanceReport, PerformanceReport]
  const told: PerformanceReport = {
    ...final,
    kind: {
      ...{ kind: 'concept_drift', certainty: 'high', reasons: [], suggests: 'retrain' },
      sentence: 'concept drift: Brier score 0.21, 0.12 in 40 windows before; no feature drifted',
      ...{ verdict: 'd', classes: null },
    },
    checked: {
      ...{ version: '7', loss: 'brier', foundIn: '2026-03-01T23:00:00.000Z', level: 0.05 },
      samples: { now: 'a', before: 'b' },
      slices: [
        {
          conditions: [{ kind: 'missing', feature: 'age' }],
          ...{
            state: 'too few rows',
            contrast: null,
            sentence: 'too few labelled rows: age missing',
          },
        },
      ],
    },
  }
  const { out } = await against({ ...answer, windows: [provisional, told] })
  assert.match(out, /\nwhy: concept drift: Brier score 0\.21, .*; no feature drifted\n/)
  assert.match(out, /\nfound in 2026-03-01 23:00 UTC, too few labelled rows: age missing\n/)
})

test('what alarms is told without segments too, what cannot be told only with them', async () => {
  const { out } = await against(answer)
  assert.match(out, /▲ drifted {2}DRIFT by labels: version 7: rate of errors 0\.31/)
  assert.match(out, /error_stream, 7: rate of errors 0\.31 since/)
  assert.doesNotMatch(out, /too few labels to measure by\n/)
})

test('and the same for programs', async () => {
  const { out } = await against(answer, '--output', 'json')
  assert.deepEqual(performanceAnswer.parse(JSON.parse(out)), answer)
})

test('where no window could be measured it exits with 12', async () => {
  const { status } = await against({
    ...answer,
    ...{ estimates: [], windows: answer.windows.slice(0, 1) },
  })
  assert.equal(status, 12)
})

test('a model whose labels nobody has read is told how to change that', async () => {
  const { status, err } = await against({ ...answer, labels: null, windows: [], estimates: [] })
  assert.equal(status, 2)
  assert.match(err, /error\[LABELS_MISSING\].*labels of car-loan/)
})
