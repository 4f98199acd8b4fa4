import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import type { FeatureValue } from '../../contracts/prediction.ts'
import { addRow, buildBinning, createProfile, profileView } from '../../profiles/index.ts'
import { allTypesWorld } from './all-types.ts'

interface View {
  readonly rows: number
  readonly features: Readonly<Record<string, Readonly<Record<string, unknown>>>>
}

function viewOf(
  features: Parameters<typeof buildBinning>[2],
  rows: readonly (readonly FeatureValue[])[],
  known = rows,
): View {
  const profile = createProfile(buildBinning('m', '1', features, known))
  for (const values of rows) addRow(profile, values)
  return JSON.parse(JSON.stringify(profileView(profile))) as View
}

test('shares, quantiles and moments of numbers under readable names', () => {
  const rows = Array.from({ length: 1_000 }, (_, index) => [index < 900 ? index : null, 0.5])
  const { x } = viewOf({ x: { type: 'numeric' } }, rows).features
  assert.deepEqual(x?.['missing'], { count: 100, share: 0.1 })
  assert.deepEqual(x?.['finite'], { count: 900, share: 0.9 })
  assert.deepEqual([x?.['minimum'], x?.['maximum']], [0, 899])
  assert.ok(Math.abs((x?.['mean'] as number) - 449.5) < 1e-3)
  assert.ok(Math.abs((x?.['standardDeviation'] as number) - 259.807) < 1e-2)
  const quantiles = x?.['quantiles'] as Record<string, number>
  assert.deepEqual(Object.keys(quantiles), ['1%', '5%', '25%', '50%', '75%', '95%', '99%'])
  for (const [level, value] of Object.entries(quantiles)) {
    assert.ok(Math.abs(value - Number.parseFloat(level) * 9) <= 9, `${level}: ${value}`)
  }
  const cells = x?.['cells'] as { from: number; to: number; count: number; share: number }[]
  assert.equal(
    cells.reduce((sum, { count }) => sum + count, 0),
    900,
  )
  assert.ok(cells.every(({ from, to }, i) => from < to && from >= (cells[i - 1]?.to ?? 0)))
})

test('quantiles of point masses are exact', () => {
  const rows = Array.from({ length: 100 }, (_, index) => [index < 30 ? 2 : 7, 0.5])
  const { x } = viewOf({ x: { type: 'numeric' } }, rows).features
  assert.deepEqual(x?.['quantiles'], {
    ...{ '1%': 2, '5%': 2, '25%': 2, '50%': 7, '75%': 7, '95%': 7, '99%': 7 },
  })
  assert.deepEqual(x?.['cells'], [
    { from: 2, to: 2, count: 30, share: 0.3 },
    { from: 7, to: 7, count: 70, share: 0.7 },
  ])
})

test('categories by their share, unseen ones apart', () => {
  const known = [['a'], ['b'], ['b']].map((row) => [...row, 0.5])
  const rows = [['a'], ['b'], ['b'], ['new']].map((row) => [...row, 0.5])
  const { x } = viewOf({ x: { type: 'categorical' } }, rows, known).features
  assert.deepEqual(Object.entries(x?.['categories'] as object), [
    ['b', { count: 2, share: 0.5 }],
    ['a', { count: 1, share: 0.25 }],
  ])
  assert.deepEqual(x?.['unseen'], {
    count: 1,
    share: 0.25,
    examples: [{ category: 'new', count: 1 }],
  })
})

test('an empty profile has nulls and no NaN, and every type says what it is', () => {
  const { binning, rows } = allTypesWorld(1)
  for (const list of [[], rows(300, 2)]) {
    const profile = createProfile(binning)
    for (const values of list) addRow(profile, values)
    const view = profileView(profile) as View
    assert.ok(!/NaN|Infinity/.test(JSON.stringify(view).replace(/"\w+Infinity"/g, '')))
    const numbers: unknown[] = []
    JSON.stringify(view, (_, value: unknown) => {
      if (typeof value === 'number') numbers.push(value)
      return value
    })
    assert.ok(numbers.every(Number.isFinite), 'JSON would write null for it')
    assert.equal(view.rows, list.length)
    assert.equal(view.features['when.hour']?.['derived'], 'hour of when in America/New_York')
    assert.equal(view.features['note.length']?.['derived'], 'length of note in code points')
    assert.equal(view.features['(score)']?.['derived'], undefined)
  }
})

test('every member is described in the reference', () => {
  const page = readFileSync(
    new URL('../../docs/reference/profile-layout.md', import.meta.url),
    'utf8',
  )
  const { binning } = allTypesWorld(1)
  const view = profileView(createProfile(binning)) as View
  const members = [
    ...Object.keys(view),
    ...Object.values(view.features).flatMap((feature) => Object.keys(feature)),
  ]
  for (const member of new Set(members)) {
    assert.ok(page.includes(`\`${member}\``), `${member} is not described`)
  }
})
