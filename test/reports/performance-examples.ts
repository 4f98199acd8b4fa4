import type { Incident } from '../../contracts/incident.ts'
import type { JudgedPerformance } from '../../contracts/judged-performance.ts'
import type { PerformanceFinding } from '../../contracts/performance-finding.ts'

const window = { start: '2019-03-29T18:00:00.000Z', end: '2019-04-28T18:00:00.000Z' }
const quiet: PerformanceFinding = {
  ...{ rule: 'calibration', version: '3', segment: '', state: 'ok' },
  ...{ p: 0.21, level: 0.00004, effect: 0.004, effectInterval: [-0.006, 0.014] },
  ...{ metric: 'calibration_error', minimumEffect: 0.02, n: 3_912, since: null },
  sentence: 'calibration error 0.031, 0.027 before',
}

/** A month that labels found worse, in all predictions and in a segment more so. */
export const judgedByLabels: JudgedPerformance = {
  ...{ model: 'car-loan', window, predictions: 4_955, labelled: 3_912 },
  judgement: {
    ...{ by: 'labels', verdict: 'DRIFT' },
    headline: 'version 3: Brier score 0.163, 0.122 in 24 windows before (worse by 0.041, p 2e-9)',
    findings: [
      {
        ...{ ...quiet, rule: 'loss', state: 'alarm', metric: 'brier' },
        ...{ p: 2e-9, effect: 0.041, effectInterval: [0.028, 0.054], minimumEffect: 0.012 },
        sentence: 'Brier score 0.163, 0.122 in 24 windows before (worse by 0.041, p 2e-9)',
      },
      {
        ...{ ...quiet, rule: 'loss', state: 'alarm', metric: 'brier', segment: 'region=north' },
        ...{ p: 8e-8, effect: 0.072, effectInterval: [0.046, 0.098], minimumEffect: 0.012 },
        ...{ n: 911, sentence: 'Brier score 0.190, 0.118 in 24 windows before' },
      },
      {
        ...{ ...quiet, rule: 'error_stream', state: 'alarm', metric: 'error_rate' },
        ...{ p: null, effect: 0.06, effectInterval: null, minimumEffect: 0.02 },
        since: '2019-04-09T02:00:00.000Z',
        sentence: 'one error in five predictions since 2019-04-09, one in seven before',
      },
      quiet,
      {
        ...{ ...quiet, rule: 'gap', state: 'unavailable', effect: null, effectInterval: null },
        ...{ p: null, level: null, metric: null, minimumEffect: null, n: 0 },
        sentence: 'no estimate of this window is kept',
      },
    ],
  },
  expected: [],
  evidenceDigest: 'sha256:5d1c0e2f6a7b48c99d3e21f0a4b5c6d7e8f90123456789abcdef0123456789ab',
}

const expectedSentence =
  'before its labels the Brier score is estimated at 0.163, on the reference at 0.122 (p 3e-6, by what 24 windows before vary)'

/** The month after it, of which no label is there yet. */
export const judgedByEstimate: JudgedPerformance = {
  ...{ model: 'car-loan', predictions: 5_204, labelled: null },
  window: { start: '2019-04-28T18:00:00.000Z', end: '2019-05-28T18:00:00.000Z' },
  judgement: {
    ...{ by: 'estimate', verdict: 'DRIFT' },
    headline: `version 3: ${expectedSentence}`,
    findings: [
      {
        ...{ ...quiet, rule: 'estimate', state: 'alarm', metric: 'brier', n: 5_204 },
        ...{ p: 3e-6, effect: 0.041, effectInterval: [0.024, 0.058], minimumEffect: 0.012 },
        sentence: expectedSentence,
      },
    ],
  },
  expected: [
    {
      ...{ version: '3', segment: '', loss: { name: 'brier', value: 0.163, reference: 0.122 } },
      metrics: [
        { name: 'roc_auc', value: 0.741, low: 0.722, high: 0.76 },
        { name: 'accuracy', value: 0.782, low: 0.768, high: 0.796 },
      ],
    },
  ],
  evidenceDigest: 'sha256:7a3f10c2d9e84b65a1f0c3d2e5b6978877665544332211ffeeddccbbaa998877',
}

export const worseByLabels: Incident = {
  id: 'car-loan/PERFORMANCE/2019-02-27T18:00:00.000Z',
  ...{ model: 'car-loan', kind: 'PERFORMANCE', by: 'labels', state: 'open' },
  ...{ openedAt: '2019-05-12T06:00:00.000Z', resolvedAt: null },
  firstWindow: { start: '2019-02-27T18:00:00.000Z', end: '2019-03-29T18:00:00.000Z' },
  ...{ lastWindow: window, windows: 2, verdictId: window.start },
  evidenceDigest: judgedByLabels.evidenceDigest,
  headline: judgedByLabels.judgement.headline,
  next: 'waiting for labels: 812 of 1000 since 2019-02-27T18:00:00.000Z',
  ...{ runKey: null, release: null },
}

export const worseByEstimate: Incident = {
  ...{ ...worseByLabels, id: 'car-loan/PERFORMANCE/2019-04-28T18:00:00.000Z-estimate' },
  ...{ by: 'estimate', windows: 1, openedAt: '2019-05-28T18:05:00.000Z' },
  ...{ firstWindow: judgedByEstimate.window, lastWindow: judgedByEstimate.window },
  verdictId: judgedByEstimate.window.start,
  evidenceDigest: judgedByEstimate.evidenceDigest,
  headline: judgedByEstimate.judgement.headline,
  next: 'watched: a retraining is considered after 2 windows of 2 that are worse by their labels',
}
