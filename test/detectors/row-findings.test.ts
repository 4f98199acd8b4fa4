import assert from 'node:assert/strict'
import { test } from 'node:test'
import { modelSettings } from '../../contracts/config.ts'
import { rowFindings } from '../../detectors/row-findings.ts'

const found = (detection: object, more: object = {}, significance = 1e-4) =>
  rowFindings(
    modelSettings.parse({
      log: { topic: 't' },
      features: { x: { type: 'numeric' }, plan: { type: 'categorical' } },
      window: { length: '1d', bucket: '1h', anchor: '2001-01-01T00:00:00Z' },
      serving: { url: 'http://127.0.0.1:1' },
      ...more,
      detection,
    }),
    significance,
  )

test('row detectors that can reach their share are fine, and so is none', () => {
  assert.deepEqual(found({ rows: ['domain-classifier', 'mmd', 'energy-rows'] }), [])
  assert.deepEqual(found({}), [])
})

test('a name that no row detector has is told with the nearest one', () => {
  const [first, ...more] = found({ rows: ['domain-clasifier'] })
  assert.deepEqual(more, [])
  assert.deepEqual(first?.path, ['detection', 'rows', 0])
  assert.match(`${first?.message} ${first?.help}`, /no row detector .* "domain-classifier"/)
})

test('one named twice is told', () => {
  assert.match(found({ rows: ['mmd', 'mmd'] })[0]?.message ?? '', /already/)
})

test('a model that keeps no sample of rows cannot have one', () => {
  const data = { rows: 'needed' }
  assert.match(found({ rows: ['mmd'] }, { data })[0]?.message ?? '', /keeps none/)
})

test('a p-value that cannot reach its share is an error that names both numbers', () => {
  const [first] = found({ rows: ['mmd'], minimumRows: 20 }, {}, 1e-43)
  // 1 / (1,020 choose 20) is 2.0e-42 and its share is one of 13.
  assert.match(first?.message ?? '', /over 20 rows mmd gives no p-value below 2e-42, and its share/)
  assert.deepEqual(found({ rows: ['mmd'], minimumRows: 500 }, {}, 1e-43), [])
})

test('segments lower the share', () => {
  const level = (segments: unknown[]) =>
    Number(
      /alarms is (\S+)/.exec(
        found({ rows: ['mmd'], minimumRows: 20 }, { segments }, 1e-43)[0]?.message ?? '',
      )?.[1],
    )
  assert.ok(level(['plan']) < level([]) / 10)
})
