import type { ReleaseEvidence, ReleaseView } from '../../contracts/release.ts'
import type { FeatureReport, Report } from '../../contracts/report.ts'
import type { ModelPast } from '../../reports/past-sections.ts'
import { betterComparison } from '../support/comparisons.ts'

/** Reports as the two models of the demo give them: numbers rounded, shapes real. */
function feature(over: {
  name: string
  kind?: FeatureReport['kind']
  state?: FeatureReport['state']
  detector?: string
  effect: number
  interval: [number, number]
  detectable?: number
  cause?: number
  since?: FeatureReport['since']
  p: number | null
  sentence?: string
  reference: number[]
  current: number[]
  labels: string[]
}): FeatureReport {
  return {
    feature: over.name,
    windows: 1,
    kind: over.kind ?? 'numeric',
    state: over.state ?? 'ok',
    primary: {
      detector: over.detector ?? 'ks',
      definition: 1,
      options: {},
      score: over.effect * 0.9,
      effect: over.effect,
      effectInterval: over.interval,
      pValue: over.p,
      n: { reference: 50_000, current: 4955 },
      cells: 257,
    },
    others: [],
    level: 0.000125,
    minimumEffect: 0.1,
    detectable: over.detectable ?? null,
    cause: over.cause ?? null,
    since: over.since ?? null,
    distribution: { labels: over.labels, reference: over.reference, current: over.current },
    sentence: over.sentence ?? '',
  }
}

const digest = 'sha256:4f1d0c7aa3b2957bd1f60e5fa4c3320b1a50ff9e9f7e0a3c9c4d2b6b8e1f7a90'

const began = {
  at: '2019-04-03T00:00:00.000Z',
  from: '2019-04-02T00:00:00.000Z',
  to: '2019-04-05T00:00:00.000Z',
  earlier: false,
}

export const driftReport: Report = {
  schema: 'driftgate-report/1',
  model: 'car-loan',
  window: { start: '2019-03-29T18:00:00Z', end: '2019-04-28T18:00:00Z' },
  verdict: 'DRIFT',
  headline:
    'car_value moved: its effect of 0.92 is above the smallest that matters, 0.10; 7 other features hold still',
  rows: { good: 4955, bad: 2, foreign: 0, lost: 0, late: 3, reference: 50_000 },
  since: began,
  features: [
    feature({
      name: 'salary_range',
      kind: 'categorical',
      detector: 'chi-square',
      effect: 0.021,
      interval: [0.004, 0.038],
      detectable: 0.14,
      p: 0.31,
      labels: ['0 - 20K', '20K - 40K', '40K - 60K', '60K+'],
      reference: [11_200, 14_900, 14_100, 9800],
      current: [1131, 1462, 1410, 952],
    }),
    feature({
      name: 'car_value',
      state: 'drifted',
      effect: 0.92,
      interval: [0.88, 0.96],
      p: 0,
      cause: 1,
      since: began,
      sentence: 'median 29,000 → 43,000, missing 0 % → 0 %',
      labels: ['2k', '10k', '18k', '26k', '34k', '42k', '50k', '58k', '66k', '74k', '82k', '90k'],
      reference: [900, 4100, 8200, 10_400, 9600, 7100, 4600, 2700, 1300, 700, 300, 100],
      current: [5, 61, 230, 520, 803, 942, 880, 690, 430, 250, 103, 41],
    }),
    feature({
      name: 'debt_to_income_ratio',
      state: 'watch',
      effect: 0.08,
      interval: [0.05, 0.11],
      p: 0.000_02,
      sentence: 'median 0.14 → 0.15',
      labels: ['0', '0.1', '0.2', '0.3', '0.4', '0.5'],
      reference: [12_000, 16_000, 12_000, 6000, 3000, 1000],
      current: [1080, 1520, 1260, 640, 340, 115],
    }),
    feature({
      name: '(score)',
      effect: 0.03,
      interval: [0.01, 0.05],
      p: 0.04,
      labels: ['0', '0.2', '0.4', '0.6', '0.8', '1'],
      reference: [4000, 5000, 6000, 9000, 26_000, 0],
      current: [390, 510, 600, 905, 2550, 0],
    }),
  ],
  explanation: null,
  evidence: {
    model: 'car-loan',
    window: { start: '2019-03-29T18:00:00Z', end: '2019-04-28T18:00:00Z' },
    cut: { '0': '29730' },
    profile: digest,
    reference: { name: 'training data', profile: digest, modelVersion: '1' },
    binning: digest,
    settings: digest,
    detectors: { ks: 1, 'chi-square': 1 },
  },
  evidenceDigest: digest,
}

const hours = (shift: number) =>
  Array.from({ length: 24 }, (_, hour) => {
    const local = (hour - shift + 24) % 24
    return local < 5 ? 20 : Math.round(900 + 500 * Math.sin((local - 5) / 3))
  })

export const dataQualityReport: Report = {
  ...driftReport,
  model: 'flight-delay',
  window: { start: '2001-06-18T00:00:00Z', end: '2001-06-25T00:00:00Z' },
  verdict: 'DATA_QUALITY',
  headline: 'hour is 5 later than in the reference since 2001-06-18: upstream changed its units',
  rows: { good: 11_520, bad: 0, foreign: 0, lost: 0, late: 0, reference: 45_210 },
  features: [
    feature({
      name: 'hour',
      state: 'drifted',
      effect: 0.71,
      interval: [0.69, 0.73],
      p: 0,
      sentence: 'median 13 → 18, missing 0 % → 0 %',
      labels: Array.from({ length: 24 }, (_, hour) => String(hour)),
      reference: hours(0),
      current: hours(5),
    }),
  ],
  explanation: {
    feature: 'hour',
    kind: 'shift',
    sentence: 'every hour is 5 later, modulo 24',
    explained: 0.97,
    residual: 0.02,
    since: '2001-06-18T00:00:00Z',
  },
}

/** No feature could be judged. */
export const emptyReport: Report = {
  ...driftReport,
  verdict: 'INSUFFICIENT_DATA',
  headline: '12 rows arrived; 500 are needed for a verdict',
  rows: { ...driftReport.rows, good: 12, bad: 0, late: 0 },
  features: [],
}

export const releaseEvidence: ReleaseEvidence = {
  schema: 'driftgate-evidence/1',
  model: 'car-loan',
  candidate: { version: '2', runKey: 'car-loan-7c1d', digest },
  champion: { version: '1' },
  trainedOn: { start: '2019-03-31T03:00:00Z', end: '2019-05-20T00:00:00Z' },
  heldOut: { start: '2019-05-20T00:00:00Z', end: '2019-06-20T00:00:00Z', rows: 3004 },
  metrics: {
    champion: { rows: 3004, accuracy: 0.913, auc: 0.972, brier: 0.067, log_loss: 0.224 },
    candidate: { rows: 3004, accuracy: 0.935, auc: 0.979, brier: 0.053, log_loss: 0.181 },
  },
  comparison: betterComparison,
  driftReport: { verdict: '2019-04-28T18:00:00.000Z', evidenceDigest: digest },
  policy: { digest, critical: true, required: 1, role: 'approver' },
  targetGeneration: '1',
  segments: [],
  labelCoverage: null,
  provisional: [],
  knownLimits: ['0.4 points less accurate on rows from before the drift'],
}

const dayMs = 86_400_000
const newest = Date.parse(driftReport.window.start)

/** The past of car-loan: 24 windows, one without a verdict, one with broken input, the last three drifted. */
export const past: ModelPast = {
  windows: Array.from({ length: 24 }, (_, ago) => {
    const start = newest - ago * 30 * dayMs
    const window = {
      start: new Date(start).toISOString(),
      end: new Date(start + 30 * dayMs).toISOString(),
    }
    const verdict =
      ago < 3 ? 'DRIFT' : ago === 9 ? 'DATA_QUALITY' : ago === 14 ? 'INSUFFICIENT_DATA' : 'NO_DRIFT'
    const wave = 0.04 + 0.02 * Math.sin(ago)
    const look = (name: string, effect: number, detector = 'ks') => ({
      feature: name,
      windows: 1,
      detector,
      state: effect > 0.1 ? ('drifted' as const) : ('ok' as const),
      effect,
      minimumEffect: 0.1,
    })
    return {
      id: window.start,
      verdict,
      window,
      headline: verdict === 'DRIFT' ? 'car_value drifted' : 'as before',
      at: window.end,
      features:
        verdict === 'INSUFFICIENT_DATA'
          ? []
          : [
              look('car_value', ago < 3 ? 0.92 - 0.2 * ago : wave),
              look('salary_range', wave / 2, 'chi-square'),
              look('debt_to_income_ratio', ago === 9 ? 0.3 : wave),
              look('(score)', wave / 3),
            ],
    }
  }),
  incidents: [
    {
      id: 'car-loan/DRIFT/2019-01-28T18:00:00.000Z',
      model: 'car-loan',
      kind: 'DRIFT',
      state: 'open',
      openedAt: '2019-02-27T19:00:00Z',
      resolvedAt: null,
      firstWindow: { start: '2019-01-28T18:00:00Z', end: '2019-02-27T18:00:00Z' },
      lastWindow: driftReport.window,
      windows: 3,
      verdictId: '2019-03-29T18:00:00.000Z',
      evidenceDigest: digest,
      headline: driftReport.headline,
      next: 'release car-loan/1 waits for an approver',
      runKey: 'car-loan-7c1d',
      release: 'car-loan/1',
    },
    {
      id: 'car-loan/DATA_QUALITY/2018-07-02T18:00:00.000Z',
      model: 'car-loan',
      kind: 'DATA_QUALITY',
      state: 'resolved',
      openedAt: '2018-08-01T19:00:00Z',
      resolvedAt: '2018-08-31T19:00:00Z',
      firstWindow: { start: '2018-07-02T18:00:00Z', end: '2018-08-01T18:00:00Z' },
      lastWindow: { start: '2018-07-02T18:00:00Z', end: '2018-08-01T18:00:00Z' },
      windows: 1,
      verdictId: '2018-07-02T18:00:00.000Z',
      evidenceDigest: digest,
      headline: 'the input of debt_to_income_ratio is broken: missing 0.1 % -> 30.0 %',
      next: 'the window after it is quiet again',
      runKey: null,
      release: null,
    },
  ],
  releases: [
    releaseOf('car-loan/2', 'waiting', []),
    releaseOf('car-loan/1', 'promoted', [
      decision(1, 'mia', 'SELF_APPROVAL', 'approve', ''),
      decision(2, 'ada', 'APPROVED', 'approve', 'better on every metric'),
    ]),
  ],
}

function releaseOf(
  release: string,
  state: ReleaseView['state'],
  decisions: ReleaseView['decisions'],
): ReleaseView {
  return {
    release,
    model: 'car-loan',
    state,
    requestedBy: ['mia'],
    openedAt: '2019-05-28T20:00:00Z',
    expiresAt: '2019-06-04T20:00:00Z',
    evidence: releaseEvidence,
    evidenceDigest: digest,
    decisions,
  }
}

function decision(
  seq: number,
  person: string,
  outcome: ReleaseView['decisions'][number]['outcome'],
  answer: 'approve' | 'reject',
  reason: string,
): ReleaseView['decisions'][number] {
  return { seq, person, answer, outcome, reason, at: '2019-05-29T08:30:00Z', hash: digest }
}
