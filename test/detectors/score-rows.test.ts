import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Binning, NumericBinning } from '../../contracts/binning.ts'
import { columnsOf } from '../../contracts/derived-feature.ts'
import { rowTableOf } from '../../detectors/row-table.ts'
import { rowDefinitions, scoreSamples } from '../../detectors/score-rows.ts'
import type { SampledRow } from '../../profiles/index.ts'
import { mulberry32, normal } from '../support/mulberry32.ts'

const numeric = (name: string): NumericBinning => ({
  name,
  kind: 'numeric',
  edges: [],
  minimum: 0,
  maximum: 1,
  scale: 0,
})

const binning: Binning = {
  schema: 'driftgate-binning/1',
  model: 'm',
  version: '1',
  features: [numeric('x'), numeric('y'), { name: 'plan', kind: 'categorical', categories: ['a'] }],
}

/** Two columns of standard normal numbers whose correlation is given, and a plan. */
const rows = (count: number, seed: number, correlation: number): SampledRow[] => {
  const next = mulberry32(seed)
  return Array.from({ length: count }, (_, i) => {
    const x = normal(next)
    const y = correlation * x + Math.sqrt(1 - correlation ** 2) * normal(next)
    return { id: `${seed}-${i}`, values: [x, y, next() < 0.5 ? 'a' : 'b'] }
  })
}

const names = ['domain-classifier', 'mmd', 'embedding-distance']
const reference = rows(600, 1, 0)
const sides = { reference, current: rows(500, 2, 0.8), binning, seed: 's' }

test('a correlation that no column shows is found by row detectors that decide', () => {
  const [classifier, mmd] = scoreSamples(names, sides)
  for (const found of [classifier, mmd]) {
    assert.ok(found?.decides && found.score !== null)
    assert.ok((found.score.pValue ?? 1) < 1e-4, `${found.score.pValue}`)
    assert.ok(found.score.effectInterval[0] > found.minimumEffect)
    assert.deepEqual(found.score.n, { reference: 600, current: 500 })
  }
  assert.match(classifier?.sentence ?? '', /told from those of the reference .* by [xy] \(\d+ %\)/)
})

test('the same rows and seed give the same bytes, another seed other draws', () => {
  const bytes = (seed: string) => JSON.stringify(scoreSamples(['mmd'], { ...sides, seed }))
  assert.equal(bytes('s'), bytes('s'))
  assert.notEqual(bytes('s'), bytes('t'))
})

test('without a column, rows or a sample that it reads a detector is unavailable, and says why', () => {
  const reasons = (more: object) =>
    scoreSamples(names, { ...sides, ...more }).map(({ score, sentence }) => [score, sentence])
  assert.deepEqual(reasons({})[2], [null, 'there is no embedding'])
  assert.deepEqual(reasons({ current: [] })[0], [null, 'a side has fewer than 50 rows'])
  assert.deepEqual(reasons({ reference: null })[0], [
    null,
    'no sample of the rows of the reference was kept',
  ])
  assert.deepEqual(reasons({ current: null })[1], [
    null,
    'no sample of the rows of the window was kept',
  ])
})

test('over clustered rows they describe, and say so', () => {
  const [found] = scoreSamples(['mmd'], { ...sides, clustered: true })
  assert.equal(found?.decides, false)
  assert.match(found?.sentence ?? '', /clustered/)
})

test('a name that no row detector has is refused', () => {
  const refused = { code: 'DETECTOR_INPUT_INVALID' }
  assert.throws(() => scoreSamples(['ks'], sides), refused)
  assert.throws(() => rowDefinitions(['ks']), refused)
})

test('components of a vector are one embedding, whose distance is then measured', () => {
  const declared = { type: 'embedding', width: 3 } as const
  const features = columnsOf('vector', declared).map(({ name, from }) => ({
    ...numeric(name),
    ...(from && { from }),
  }))
  const vectors = (seed: number, shift: number): SampledRow[] => {
    const next = mulberry32(seed)
    return Array.from({ length: 200 }, (_, i) => ({
      id: `${i}`,
      values: [1, normal(next, shift), normal(next), normal(next)],
    }))
  }
  const under = { ...binning, features }
  const table = rowTableOf(vectors(1, 0), under)
  assert.deepEqual(
    table.columns.map((column) => [
      column.name,
      column.kind,
      'values' in column && column.values.length,
    ]),
    [
      ['vector.norm', 'numeric', 200],
      ['vector', 'embedding', 600],
    ],
  )
  const [found] = scoreSamples(['embedding-distance'], {
    reference: vectors(1, 0),
    current: vectors(2, 1),
    binning: under,
    seed: 's',
  })
  assert.ok((found?.score?.pValue ?? 1) < 1e-4)
})
