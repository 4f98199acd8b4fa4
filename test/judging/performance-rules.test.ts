import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { LabelledRow } from '../../contracts/performance.ts'
import type { PerformanceFinding, PerformanceRule } from '../../contracts/performance-finding.ts'
import { mulberry32 } from '../support/mulberry32.ts'
import {
  hourMs,
  lifeStart,
  performanceLife,
  performanceLifeSettings,
  row,
} from '../support/performance-life.ts'

const learn = { labels: 2_000, windows: 24 }
const settings = (labels: object = {}) =>
  performanceLifeSettings(1, { minimumLabels: 50, performance: { learn }, ...labels })

/** Rows of one window: scores of two kinds, wrong at a rate, as `label` has it. */
function rowsOf(
  next: () => number,
  window: number,
  label: (score: number, segment: string, next: () => number) => number,
  { rows = 300 } = {},
): LabelledRow[] {
  return Array.from({ length: rows }, (_, i) => {
    const segment = `region=${next() < 0.3 ? 'north' : 'south'}`
    const said = next() < 0.5 ? 0.2 : 0.8
    const at = lifeStart + (window + i / rows) * hourMs
    return row({ at, segments: [segment], score: said, value: label(said, segment, next) })
  })
}

const asScored = (score: number, _segment: string, next: () => number) => (next() < score ? 1 : 0)

const of = (findings: readonly PerformanceFinding[], rule: PerformanceRule, segment = '') => {
  const found = findings.find((each) => each.rule === rule && each.segment === segment)
  assert.ok(found !== undefined, `${rule} ${segment}`)
  return found
}

test('until enough labels and windows are there it says how far learning is', () => {
  const life = performanceLife(settings())
  const next = mulberry32(1)
  const first = life.judge(0, rowsOf(next, 0, asScored))
  assert.equal(first.verdict, 'INSUFFICIENT_LABELS')
  const { state, level, sentence } = of(first.findings, 'error_stream')
  assert.deepEqual(
    [state, level, sentence],
    ['unavailable', null, 'learning what is usual: 300 of 2,000 labels'],
  )
  for (let window = 1; window < 10; window++) life.judge(window, rowsOf(next, window, asScored))
  const tenth = life.judge(10, rowsOf(next, 10, asScored))
  assert.match(of(tenth.findings, 'calibration').sentence, /11 of 24 windows/)
  assert.equal(tenth.verdict, 'NO_DRIFT', 'the loss is held against eleven windows already')
})

/** A life of 60 usual windows, then so many of another kind; the judgements of these. */
function changed(label: Parameters<typeof rowsOf>[2], { windows = 6, seed = 3, rows = 300 } = {}) {
  const life = performanceLife(settings())
  const next = mulberry32(seed)
  for (let window = 0; window < 60; window++) {
    const { verdict, headline } = life.judge(window, rowsOf(next, window, asScored, { rows }))
    assert.notEqual(verdict, 'DRIFT', headline)
  }
  return Array.from({ length: windows }, (_, i) =>
    life.judge(60 + i, rowsOf(next, 60 + i, label, { rows })),
  )
}

const alarms = (judgements: ReturnType<typeof changed>, segment = '') =>
  new Set(
    judgements.flatMap(({ findings }) =>
      findings
        .filter((each) => each.state === 'alarm' && each.segment === segment)
        .map(({ rule }) => rule),
    ),
  )

test('errors that rise from 0.2 to 0.3 are found by the stream, with since when', () => {
  const wrong = (score: number, _segment: string, next: () => number) =>
    next() < 0.3 === score > 0.5 ? 0 : 1
  const judgements = changed(wrong)
  assert.ok(alarms(judgements).has('error_stream'))
  const found = judgements
    .flatMap(({ findings }) => findings)
    .find(({ rule, state, segment }) => rule === 'error_stream' && state === 'alarm' && !segment)
  const off = Math.abs(Date.parse(found?.since ?? '') - (lifeStart + 60 * hourMs)) / hourMs
  assert.ok(off < 2, `${off} hours from when it changed`)
  assert.ok(Math.abs((found?.effect ?? 0) - 0.1) < 0.05, found?.sentence)
  const drift = judgements.find(({ verdict }) => verdict === 'DRIFT')
  assert.match(drift?.headline ?? '', /version 1: /)
})

test('a rule that labels follow anew in one segment is found there, and not in the other', () => {
  const turned = (score: number, segment: string, next: () => number) =>
    segment === 'region=north' ? (next() < score ? 0 : 1) : asScored(score, segment, next)
  const judgements = changed(turned, { windows: 2 })
  assert.ok(alarms(judgements, 'region=north').has('label_given_score'))
  assert.equal(alarms(judgements, 'region=south').size, 0)
})

test('probabilities that are off while as many answers are wrong are found by calibration', () => {
  // 0.2 and 0.8 stand for 0.32 and 0.92 now: one kind errs more, the other less.
  const off = (score: number, _segment: string, next: () => number) =>
    next() < score + 0.12 ? 1 : 0
  const judgements = changed(off, { windows: 2, rows: 1_500 })
  const found = alarms(judgements)
  assert.ok(found.has('calibration') && !found.has('error_stream'))
})

test('absolute errors of numbers that grow are found by the stream', () => {
  const life = performanceLife(settings({ task: 'regression' }))
  const next = mulberry32(9)
  const normal = () => Math.sqrt(-2 * Math.log(next() + 1e-12)) * Math.cos(2 * Math.PI * next())
  const rows = (window: number, scale: number) =>
    Array.from({ length: 300 }, (_, i) =>
      row({ at: lifeStart + (window + i / 300) * hourMs, score: 5, value: 5 + scale * normal() }),
    )
  for (let window = 0; window < 40; window++) {
    assert.notEqual(life.judge(window, rows(window, 1)).verdict, 'DRIFT')
  }
  const found = of(life.judge(40, rows(40, 1.6)).findings, 'error_stream')
  assert.equal(found.state, 'alarm', found.sentence)
})

test('a window that a later one has overtaken does not enter the stream, and this is said', () => {
  const life = performanceLife(settings())
  const next = mulberry32(4)
  for (let window = 0; window < 30; window++) life.judge(window, rowsOf(next, window, asScored))
  const before = JSON.stringify([...life.known])
  const late = life.judge(29, rowsOf(next, 29, asScored), { overtaken: true })
  const { state, sentence } = of(late.findings, 'error_stream')
  assert.deepEqual(
    [state, sentence],
    ['unavailable', 'a later window has passed the stream of errors already'],
  )
  assert.equal(of(late.findings, 'calibration').state, 'ok')
  assert.equal(JSON.stringify([...life.known]), before)
})

test('the order of rows of a window does not matter, but for their event times', () => {
  const [one, other] = [performanceLife(settings()), performanceLife(settings())]
  const next = mulberry32(6)
  for (let window = 0; window < 30; window++) {
    const rows = rowsOf(next, window, asScored)
    one.judge(window, rows)
    other.judge(window, rows.toReversed())
  }
  const streams = (life: typeof one) => life.known.get('1 ')?.stream
  assert.deepEqual(streams(one), streams(other))
})

test('a segment that nobody ever gets wrong has no stream, and says why', () => {
  const life = performanceLife(settings())
  const next = mulberry32(8)
  const right = (score: number) => (score > 0.5 ? 1 : 0)
  for (let window = 0; window < 26; window++) life.judge(window, rowsOf(next, window, right))
  const { findings } = life.judge(26, rowsOf(next, 26, right))
  const { state, sentence } = of(findings, 'error_stream')
  assert.equal(state, 'unavailable')
  assert.match(sentence, /does not vary/)
})
