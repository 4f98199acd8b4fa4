import assert from 'node:assert/strict'
import { test } from 'node:test'
import { comparisonSchema } from '../../contracts/comparison.ts'
import type { ComparedRows } from '../../policies/compared-rows.ts'
import { compare } from '../../policies/comparison.ts'
import { comparisonPolicy } from '../../policies/comparison-policy.ts'
import { mulberry32 } from '../support/mulberry32.ts'
import { drawn, rowsOf, windows } from './compared-example.ts'

const better = (more: Partial<ComparedRows> = {}) =>
  drawn(1_000, mulberry32(1), { champion: 3, candidate: 0.2 }, more)
const said = (rows: ComparedRows, policy = comparisonPolicy()) => {
  const { result, code, passes } = compare(rows, policy)
  return `${result} ${code} ${passes}`
}

for (const metric of ['brier', 'log_loss', 'accuracy', 'auc', 'expected_cost'] as const) {
  test(`a candidate that is much better in ${metric} is BETTER, and the other way round WORSE`, () => {
    const policy = comparisonPolicy({ metric, costs: { fp: 1, fn: 2 } })
    const rows = better()
    assert.equal(said(rows, policy), 'BETTER GAIN yes')
    const turned = { ...rows, champion: rows.candidate, candidate: rows.champion as Float64Array }
    assert.equal(said(turned, policy), 'WORSE LOSS no')
    const [found, back] = [compare(rows, policy).gain, compare(turned, policy).gain]
    assert.ok(found && back && Math.abs(found.gain + back.gain) < 1e-9)
    assert.ok(found.low > 0 && found.p < 0.01 && found.smallestGain < found.gain)
  })
}

test('numbers that are foretold are compared by their errors, without classes', () => {
  const next = mulberry32(2)
  const labels = Float64Array.from({ length: 400 }, () => 50 + 20 * next())
  const near = labels.map((label) => label + 4 * (next() - 0.5))
  const far = labels.map((label) => label + 9 * (next() - 0.5))
  const rows = rowsOf({ labels: labels as never, champion: far, candidate: near })
  for (const metric of ['mae', 'rmse'] as const) {
    const found = compare(rows, comparisonPolicy({ metric }))
    assert.equal(`${found.result} ${found.code}`, 'BETTER GAIN', found.reason)
    assert.deepEqual(
      found.guards.map(({ state }) => state),
      ['off', 'off', 'off'],
    )
    const turned = rowsOf({ labels: labels as never, champion: near, candidate: far })
    assert.equal(compare(turned, comparisonPolicy({ metric })).result, 'WORSE')
  }
})

test('a gain has to be certainly above the one that is required', () => {
  const { gain } = compare(better(), comparisonPolicy())
  const least = gain?.low ?? 0
  assert.equal(said(better(), comparisonPolicy({ minimumGain: least * 0.99 })), 'BETTER GAIN yes')
  assert.equal(
    said(better(), comparisonPolicy({ minimumGain: least * 1.01 })),
    'NOT_WORSE NO_GAIN no',
  )
  const either = comparisonPolicy({ minimumGain: least * 1.01, accept: 'not-worse' })
  assert.equal(said(better(), either), 'NOT_WORSE NO_GAIN yes')
})

test('what is worse by less than the margin is NOT_WORSE, also where that is certain', () => {
  const worse = drawn(4_000, mulberry32(3), { champion: 0.5, candidate: 0.8 })
  const { gain } = compare(worse, comparisonPolicy())
  assert.ok(gain !== null && gain.high < 0)
  assert.equal(said(worse, comparisonPolicy({ margin: -gain.low * 1.01 })), 'NOT_WORSE NO_GAIN no')
  assert.equal(said(worse, comparisonPolicy({ margin: -gain.low * 0.99 })), 'WORSE LOSS no')
})

test('what these rows cannot tell never passes by itself; people hear of it where it looks better', () => {
  const found = new Set<string>()
  for (let seed = 0; seed < 40; seed++) {
    const rows = drawn(150, mulberry32(seed))
    const { result, passes, gain, reason } = compare(rows, comparisonPolicy())
    if (result !== 'UNDECIDED') continue
    assert.match(reason, /these rows cannot tell; a gain of 0\.\d+ would have shown/)
    assert.equal(passes, (gain?.gain ?? 0) > 0 ? 'person' : 'no')
    found.add(passes)
  }
  assert.deepEqual([...found].toSorted(), ['no', 'person'])
})

test('the first candidate has nobody to beat: a person says so, unless the rule allows it', () => {
  const first = better({ champion: null, windows: { ...windows, champion: null } })
  assert.equal(said(first), 'UNDECIDED FIRST_RUN person')
  assert.equal(said(first, comparisonPolicy({ firstRun: 'allow' })), 'BETTER FIRST_RUN yes')
  const constant = { ...first, candidate: first.candidate && new Float64Array(1_000).fill(0.5) }
  assert.equal(
    said(constant, comparisonPolicy({ firstRun: 'allow' })),
    'WORSE CANDIDATE_CONSTANT no',
  )
})

test('a candidate that gives no number, always the same, no probability, or the classes turned round is refused', () => {
  const { labels, candidate } = better()
  const spoilt = (score: number) => {
    const scores = Float64Array.from(candidate)
    scores[7] = score
    return better({ candidate: scores })
  }
  for (const score of [Number.NaN, Number.POSITIVE_INFINITY]) {
    assert.equal(said(spoilt(score)), 'WORSE CANDIDATE_NOT_FINITE no')
  }
  assert.equal(said(spoilt(1.2)), 'WORSE CANDIDATE_NO_PROBABILITY no')
  assert.notEqual(
    said(spoilt(1.2), comparisonPolicy({ metric: 'auc' })),
    'WORSE CANDIDATE_NO_PROBABILITY no',
  )
  const constant = better({ candidate: new Float64Array(1_000).fill(0.4) })
  assert.equal(said(constant), 'WORSE CANDIDATE_CONSTANT no')
  const turned = better({ candidate: Float64Array.from(labels, (label) => 0.5 - 0.1 * label) })
  assert.equal(said(turned), 'WORSE CANDIDATE_UPSIDE_DOWN no')
})

test('a champion that gives no number, few rows, one class and strange labels leave it undecided', () => {
  const rows = better()
  const champion = Float64Array.from(rows.champion as Float64Array)
  champion[3] = Number.NaN
  assert.equal(said({ ...rows, champion }), 'UNDECIDED CHAMPION_NOT_FINITE person')
  const few = drawn(99, mulberry32(4))
  assert.equal(said(few), 'UNDECIDED TOO_FEW_ROWS person')
  assert.equal(compare(few, comparisonPolicy({ minimumRows: 50 })).code === 'TOO_FEW_ROWS', false)
  const rare = better({ labels: Uint8Array.from({ length: 1_000 }, (_, row) => (row < 9 ? 1 : 0)) })
  assert.equal(said(rare), 'UNDECIDED TOO_FEW_ROWS person')
  assert.equal(said(better({ labels: new Uint8Array(1_000) })), 'UNDECIDED ONE_CLASS person')
  const strange = better({ labels: Float64Array.from(rows.labels, (label) => label * 2) })
  assert.equal(said(strange), 'UNDECIDED LABELS_INVALID person')
  const none = rowsOf({
    ...{ labels: new Uint8Array(0), champion: new Float64Array(0), candidate: new Float64Array(0) },
  })
  assert.equal(said(none), 'UNDECIDED TOO_FEW_ROWS person')
})

test('rows from the time that either model was trained on decide nothing, nor do rows of which nobody knows', () => {
  const { heldOut } = windows
  for (const who of ['candidate', 'champion'] as const) {
    const shared = { ...windows, [who]: { start: '2023-12-01T00:00:00Z', end: heldOut.start } }
    const found = compare(better({ windows: shared }), comparisonPolicy())
    assert.equal(`${found.result} ${found.code}`, 'UNDECIDED WINDOWS_OVERLAP')
    assert.match(found.reason, new RegExp(`the time that the ${who} was trained on`))
    const unknown = better({ windows: { ...windows, [who]: null } })
    assert.equal(said(unknown), 'UNDECIDED WINDOW_UNKNOWN person')
  }
  // A former version that comes back may be trained on later rows than those it is judged on.
  const later = { start: '2024-04-02T00:00:00Z', end: '2024-05-01T00:00:00Z' }
  assert.equal(said(better({ windows: { ...windows, champion: later } })), 'BETTER GAIN yes')
})

test('two versions that answer alike are not better for it', () => {
  const rows = better()
  const same = { ...rows, champion: rows.candidate }
  assert.equal(said(same, comparisonPolicy({ accept: 'not-worse' })), 'NOT_WORSE SAME_ANSWERS no')
})

test('the same rows give the same bytes, and they are what the evidence may hold', () => {
  const rows = drawn(300, mulberry32(5), { champion: 1 })
  const [first, again] = [compare(rows, comparisonPolicy()), compare(rows, comparisonPolicy())]
  assert.equal(JSON.stringify(first), JSON.stringify(again))
  assert.deepEqual(comparisonSchema.parse(JSON.parse(JSON.stringify(first))), first)
  assert.throws(() => compare({ ...rows, champion: [0.5] }, comparisonPolicy()), RangeError)
})
