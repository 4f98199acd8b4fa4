import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { modelSettings, type Settings } from '../../contracts/config.ts'
import { avro } from '../../formats/avro.ts'
import type { Format } from '../../formats/format.ts'
import { json } from '../../formats/json.ts'
import { formatFindings } from '../../formats/settings-findings.ts'

const lines: Format = {
  ...json,
  name: 'lines',
  kinds: ['request', 'response'],
  trainable: false,
  options: z.strictObject({ columns: z.array(z.string()).min(1) }),
}

function findings(log: object, sections: object = {}, schemas?: Settings['schemas']) {
  const settings = modelSettings.parse({
    log: { topic: 't', ...log },
    features: {},
    window: { length: '1d', bucket: '1h', anchor: '2001-01-01T00:00:00Z' },
    serving: { url: 'http://127.0.0.1:1' },
    ...sections,
  })
  return formatFindings(settings, { json, lines, avro }, schemas === undefined ? {} : { schemas })
}
const columns = { columns: ['id'] }

test('a format that nobody knows is named, with the one that was meant', () => {
  const [found, ...others] = findings({ format: 'jsom' })
  assert.deepEqual(others, [])
  assert.deepEqual(found?.path, ['log', 'format'])
  assert.match(found?.help ?? '', /json/)
  for (const format of ['constructor', '__proto__']) assert.equal(findings({ format }).length, 1)
})

test('a kind of record must be one that the format has', () => {
  assert.deepEqual(findings({ format: 'lines', kind: 'response', options: columns }), [])
  assert.match(findings({ kind: 'response' })[0]?.message ?? '', /json is no response/)
})

test('half of a prediction is nothing for detectors of whole rows', () => {
  const log = { format: 'lines', options: columns }
  const detection = { rows: ['domain-classifier'] }
  assert.match(findings(log, { detection })[0]?.message ?? '', /a request has only half/)
  assert.deepEqual(findings({}, { detection }), [])
})

test('options are what the format says, and nothing where it says nothing', () => {
  assert.match(findings({ options: { a: 1 } })[0]?.message ?? '', /has no options/)
  assert.deepEqual(findings({ format: 'lines', options: columns }), [])
  const [found] = findings({ format: 'lines', options: { columns: [] } })
  assert.deepEqual(found?.path, ['log', 'options', 'columns'])
  assert.equal(findings({ format: 'lines' }).length, 1)
})

test('a log whose records name their schema needs a registry', () => {
  const [found] = findings({ format: 'avro' })
  assert.deepEqual(found?.path, ['log', 'format'])
  assert.match(found?.message ?? '', /avro reads schemas from a registry/)
  const registry = { kind: 'confluent', url: 'http://127.0.0.1:1' } as const
  assert.deepEqual(findings({ format: 'avro' }, {}, registry), [])
})

test('a log that a training job cannot read needs a model that never retrains', () => {
  const log = { format: 'lines', options: columns }
  const labels = { topic: 'labels' }
  assert.match(findings(log, { labels })[0]?.message ?? '', /training job cannot read/)
  assert.deepEqual(findings(log, { labels, retraining: { policy: 'never' } }), [])
  assert.deepEqual(findings({}, { labels }), [])
})

test('pairs need a lateness that their responses can use, and are no rows of a training job', () => {
  const window = { length: '1d', bucket: '1h', anchor: '2001-01-01T00:00:00Z' }
  const log = { kind: 'pair', join: { delay: '10m' } }
  const [early, ...others] = findings(log, { window: { ...window, lateness: '5m' } })
  assert.deepEqual([early?.path, others.length], [['window', 'lateness'], 0])
  assert.match(early?.help ?? '', /at least 10m/)
  assert.deepEqual(findings(log, { window: { ...window, lateness: '10m' } }), [])
  assert.deepEqual(
    findings({ kind: 'pair', join: { delay: '0s' } }).map(({ path }) => path),
    [['log', 'join', 'delay']],
  )
  const trained = findings(log, {
    window: { ...window, lateness: '1h' },
    labels: { topic: 'labels' },
  })
  assert.deepEqual(trained[0]?.path, ['log', 'kind'])
})
