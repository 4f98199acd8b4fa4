import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { settingsSchema } from '../../../contracts/config.ts'
import { DriftgateError } from '../../../contracts/errors.ts'
import { recentRows, trainingRows } from '../../../examples/first-version/example-rows.ts'
import { parseLabelledRows } from '../../../examples/first-version/labelled-rows.ts'

const { features } = settingsSchema.shape.models.valueType.shape
const input = {
  file: 'rows.jsonl',
  features: features.parse({
    amount: { type: 'numeric' },
    region: { type: 'categorical' },
    known: { type: 'boolean' },
  }),
}

const good = (id: string, changes: object = {}) => ({
  id,
  time: '2026-01-05T10:00:00Z',
  label: 1,
  features: { amount: 3, region: 'east', known: true },
  ...changes,
})
const parse = (...rows: unknown[]) =>
  parseLabelledRows(
    rows.map((row) => (typeof row === 'string' ? row : JSON.stringify(row))),
    input,
  )

describe('labelled rows', () => {
  it('come in the order of event time, whatever zone they are written in', () => {
    const rows = parse(
      good('b', { time: '2026-01-05T12:00:00+01:00' }),
      good('a', { label: 0, features: { amount: null, region: 7, known: false } }),
      '',
    )
    assert.deepEqual(rows, [
      {
        id: 'a',
        timeMs: Date.parse('2026-01-05T10:00:00Z'),
        label: 0,
        features: { amount: null, region: 7, known: false },
      },
      {
        id: 'b',
        timeMs: Date.parse('2026-01-05T11:00:00Z'),
        label: 1,
        features: { amount: 3, region: 'east', known: true },
      },
    ])
  })

  for (const [what, row, reason, help] of [
    ['no JSON', '{ no json', /line 2: it is no JSON object/, /one object a line/],
    ['a list', '[1]', /line 2: it is no JSON object/, /one object a line/],
    ['no id', good(''), /line 2: "id" is no text/, /id of its own/],
    ['an id again', good('a'), /line 2: the id "a" is that of line 1/, /its own id/],
    ['a time without zone', good('b', { time: '2026-01-05T10:00:00' }), /"time"/, /10:00:00Z/],
    ['a label of text', good('b', { label: 'yes' }), /"label" is "yes"/, /write 0 or 1/],
    ['no label', good('b', { label: undefined }), /"label" is missing/, /write 0 or 1/],
    ['no features', good('b', { features: 3 }), /"features" is no object/, /"name": value/],
    ['a typing error', good('b', { features: { amuont: 1 } }), /"amuont"/, /mean "amount"\?/],
    ['a list of values', good('b', { features: { region: [] } }), /no single value/, /text/],
    ['text for a number', good('b', { features: { amount: '3' } }), /holds "3"/, /categorical/],
  ] as const) {
    it(`with ${what} are refused at their line`, () => {
      assert.throws(
        () => parse(good('a', { label: 0 }), row, good('z')),
        (error) => {
          assert.ok(error instanceof DriftgateError && error.code === 'USAGE')
          assert.match(error.message, /^rows\.jsonl line 2: /)
          assert.match(error.message, reason)
          assert.match(error.help, help)
          return true
        },
      )
    })
  }

  it('are all looked at before the first fault is told', () => {
    const message = /line 1: "id" is no text \(and 2 more lines cannot be used\)/
    assert.throws(() => parse(good(''), good('a'), '7', 'x'), { message })
  })

  it('of one label, without a feature, or none at all teach nothing', () => {
    assert.throws(() => parse(good('a'), good('b')), { message: /all 2 rows .* the label 1/ })
    const bare = { features: { amount: 1, known: true } }
    const message = /no row of rows\.jsonl has the feature "region"/
    assert.throws(() => parse(good('a', { label: 0, ...bare }), good('b', bare)), { message })
    assert.throws(() => parse(''), { message: /holds no row/ })
  })
})

describe('the example rows', () => {
  const now = Date.parse('2026-03-10T15:00:00Z')
  const means = (rows: readonly { features: object }[]) =>
    rows.reduce((sum, { features }) => sum + (features as { amount: number }).amount, 0) /
    rows.length

  it('are whole days before today, the same whenever they are asked for', () => {
    const rows = [...trainingRows(now), ...recentRows(now)]
    const days = new Set(rows.map(({ timeMs }) => new Date(timeMs).toISOString().slice(0, 10)))
    assert.deepEqual(
      [days.size, [...days].at(0), [...days].at(-1)],
      [32, '2026-02-06', '2026-03-09'],
    )
    const later = [...trainingRows(now + 86_400_000), ...recentRows(now + 86_400_000)]
    assert.deepEqual(
      later.map(({ timeMs, ...row }) => ({ ...row, timeMs: timeMs - 86_400_000 })),
      rows.map(({ timeMs, ...row }) => ({ ...row, timeMs })),
    )
  })

  it('have larger invoices yesterday, and only then', () => {
    const recent = recentRows(now)
    const [before, yesterday] = [means(recent.slice(0, 2_000)), means(recent.slice(2_000))]
    assert.ok(Math.abs(before / means(trainingRows(now)) - 1) < 0.05)
    assert.ok(Math.abs(yesterday / before - 1.5) < 0.1)
  })
})
