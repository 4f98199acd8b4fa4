import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import {
  compareRows,
  type RowColumn,
  type RowDetector,
  type RowTable,
  rowDetectors,
} from '../../detectors/rows.ts'
import { mixedRows } from '../support/mixed-rows.ts'
import { mulberry32, normal } from '../support/mulberry32.ts'

const reference = mixedRows(400, mulberry32(1))
const current = mixedRows(300, mulberry32(2))

const invalid = { code: 'DETECTOR_INPUT_INVALID' }

const all: [string, RowDetector][] = Object.entries(rowDetectors)

for (const [name, detector] of all) {
  describe(`row detector ${name}`, () => {
    test('has the name of its file and a page with the five headings', () => {
      assert.equal(detector.name, name)
      assert.ok(existsSync(new URL(`../../detectors/${name}.ts`, import.meta.url)))
      const page = readFileSync(new URL(`../../docs/detectors/${name}.md`, import.meta.url), 'utf8')
      const headings = [...page.matchAll(/^## (.*)$/gm)].map(([, heading]) => heading)
      assert.deepEqual(headings, [
        'Formula',
        'What matters',
        'Blind to',
        'When not to use it',
        'Example',
      ])
    })

    for (const options of detector.examples) {
      const run = (left: RowTable, right: RowTable, seed = 3) =>
        compareRows(detector, left, right, options, mulberry32(seed))

      test(`gives a complete, finite score with ${JSON.stringify(options)}`, () => {
        for (const right of [current, mixedRows(300, mulberry32(2), 1e9)]) {
          const score = run(reference, right)
          assert.equal(score.detector, name)
          assert.equal(score.definition, detector.definition)
          assert.deepEqual(score.n, { reference: 400, current: 300 })
          const { pValue, effect, effectInterval } = score
          for (const value of [score.score, effect, ...effectInterval]) {
            assert.ok(Number.isFinite(value), JSON.stringify(score))
          }
          assert.ok(effectInterval[0] <= effect && effect <= effectInterval[1])
          if (pValue === null) assert.ok((score.pValueAbsent ?? '').length > 0)
          else assert.ok(pValue > 0 && pValue <= 1, `${pValue}`)
          assert.deepEqual(JSON.parse(JSON.stringify(score)), score)
        }
      })

      test(`answers the same twice from one seed with ${JSON.stringify(options)}`, () => {
        assert.deepEqual(run(reference, current), run(reference, current))
      })

      test(`tells a large change from none with ${JSON.stringify(options)}`, () => {
        const none = run(reference, current)
        const large = run(reference, mixedRows(300, mulberry32(2), 3))
        assert.ok((none.pValue ?? 1) > 0.001, `${none.pValue}`)
        assert.ok((large.pValue ?? 1) < 0.001, `${large.pValue}`)
        assert.ok(large.effect > none.effect && large.effect > detector.minimumEffect)
      })
    }

    test('with its defaults is sure of a large change, effect and p-value alike', () => {
      const right = mixedRows(300, mulberry32(2), 3)
      const score = compareRows(detector, reference, right, {}, mulberry32(3))
      assert.ok((score.pValue ?? 1) < 1e-6, `${score.pValue}`)
      assert.ok(score.effectInterval[0] > detector.minimumEffect, `${score.effectInterval}`)
    })

    test('refuses empty sides, other columns and unknown options', () => {
      const none = mixedRows(0, mulberry32(1))
      const fewer = { ...current, columns: current.columns.slice(1) }
      const renamed = {
        ...current,
        columns: current.columns.map((column) => ({ ...column, name: `${column.name}2` })),
      }
      const next = mulberry32(3)
      for (const [left, right] of [
        [none, current],
        [reference, none],
        [none, none],
        [{ rows: 0, columns: [] }, current],
        [reference, fewer],
        [reference, renamed],
      ] as const) {
        assert.throws(() => compareRows(detector, left, right, {}, next), invalid)
      }
      assert.throws(() => compareRows(detector, reference, current, { unknown: 1 }, next), invalid)
    })
  })
}

const normals = (rows: number, seed: number, shift: number): RowTable => {
  const next = mulberry32(seed)
  const columns = Array.from(
    { length: 5 },
    (_, k): RowColumn => ({
      name: `x${k}`,
      kind: 'numeric',
      values: Float64Array.from({ length: rows }, () => normal(next, k === 2 ? shift : 0)),
    }),
  )
  return { rows, columns }
}

for (const name of ['domain-classifier', 'mmd', 'energy-rows'] as const) {
  test(`${name} finds one of five columns moved by one standard deviation`, () => {
    const run = (shift: number) =>
      compareRows(rowDetectors[name], normals(400, 5, 0), normals(300, 6, shift), {}, mulberry32(7))
    const found = run(1)
    assert.ok((found.pValue ?? 1) < 0.001, `${found.pValue}`)
    assert.ok(found.effect >= rowDetectors[name].minimumEffect, `${found.effect}`)
    assert.ok((run(0).pValue ?? 0) > 0.01)
  })
}

test('the domain classifier names the column that moved', () => {
  const { details } = compareRows(
    rowDetectors['domain-classifier'],
    normals(400, 5, 0),
    normals(300, 6, 1),
    {},
    mulberry32(7),
  )
  const [first] = (details?.['separating'] ?? []) as readonly {
    feature: string
    areaLost: number
  }[]
  assert.equal(first?.feature, 'x2')
  assert.ok((first?.areaLost ?? 0) > 0.1)
})

test('the embedding distance refuses rows without an embedding', () => {
  const rows = normals(100, 1, 0)
  const { 'embedding-distance': detector } = rowDetectors
  assert.throws(() => compareRows(detector, rows, rows, {}, mulberry32(1)), invalid)
  assert.throws(
    () => compareRows(detector, reference, current, { column: 'other' }, mulberry32(1)),
    invalid,
  )
})
