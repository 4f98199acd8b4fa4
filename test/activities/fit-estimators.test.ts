import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fittedApart } from '../../activities/fit-estimators.ts'
import { fitEstimator, type ReferenceOfVersion } from '../../judging/performance/fit-estimator.ts'
import { judgedSettings } from '../support/estimate-worlds.ts'
import { mulberry32, normal } from '../support/mulberry32.ts'

/** Rows of two segments with a number, a category and, of some, nothing. */
function referenceOf(
  rows: number,
  labelOf: (x: number, plan: string, next: () => number) => { score: number; label: number },
): ReferenceOfVersion {
  const next = mulberry32(91)
  const all = Array.from({ length: rows }, (_, i) => {
    const x = normal(next)
    const plan = next() < 0.4 ? 'basic' : 'plus'
    const { score, label } = labelOf(x, plan, next)
    const values = [i % 17 === 0 ? null : x, i % 23 === 0 ? undefined : plan]
    return { id: `r${i}`, score, label, segments: ['', `plan=${plan}`], values }
  })
  const chosen = ({ score }: { score: number }) => score >= 0.5
  return {
    rows: all.map(({ values: _, ...row }) => ({ ...row, chosen: chosen(row) ? 1 : 0 })),
    sampled: all.map((row) => ({ ...row, chosen: chosen(row) })),
    features: [{ name: 'x' }, { name: 'plan', categories: [] }],
    ...{ windows: 2, seed: 'a version and its evidence' },
  }
}

const logistic = (logit: number) => 1 / (1 + Math.exp(-logit))
const classes = referenceOf(600, (x, plan, next) => {
  const score = logistic(1.5 * x - (plan === 'basic' ? 1 : 0))
  return { score, label: next() < score ? 1 : 0 }
})
const drawn = referenceOf(600, (x, plan, next) => {
  const score = 3 * x + (plan === 'basic' ? 1 : 0)
  return { score, label: score + normal(next) * (1 + Math.abs(x)) }
})
const numbers = { ...drawn, sampled: drawn.sampled.map((row) => ({ ...row, chosen: null })) }

for (const [kind, reference, labels] of [
  ['cbpe', classes, judgedSettings().labels],
  ['dle', numbers, judgedSettings({ task: 'regression' }).labels],
] as const) {
  test(`a thread fits ${kind} to the same bytes, and this thread goes on meanwhile`, async () => {
    const here = fitEstimator(reference, labels)
    assert.equal(here?.kind, kind)
    let beats = 0
    const beat = setInterval(() => beats++, 2)
    const there = await fittedApart({ reference, labels })
    clearInterval(beat)
    assert.equal(JSON.stringify(there), JSON.stringify(here))
    assert.ok(beats > 3, `${beats} beats`)
  })
}

test('where nothing of the kind can be fitted the thread says so too', async () => {
  const few = { ...classes, rows: classes.rows.slice(0, 20), sampled: [] }
  assert.equal(await fittedApart({ reference: few, labels: judgedSettings().labels }), null)
})

test('an abort ends a fit that is under way', async () => {
  const abort = new AbortController()
  const fitting = fittedApart(
    { reference: numbers, labels: judgedSettings({ task: 'regression' }).labels },
    abort.signal,
  )
  setTimeout(() => abort.abort(new Error('the scan was cancelled')), 10)
  await assert.rejects(fitting, /the scan was cancelled/)
})
