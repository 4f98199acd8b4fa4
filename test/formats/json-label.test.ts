import assert from 'node:assert/strict'
import { test } from 'node:test'
import { labelPaths } from '../../contracts/label-settings.ts'
import { labelDecoder } from '../../formats/json-label.ts'

const received = Date.UTC(2026, 0, 2)
const label = { id: 'p1', time: '2026-01-01T00:00:00Z', label: 1 }
const bytes = (text: string) => new TextEncoder().encode(text)

const reading = (paths: Readonly<Record<string, string>> = {}) => {
  const decode = labelDecoder(labelPaths.parse(paths), 'm')
  return (value: unknown) => decode({ value: bytes(JSON.stringify(value)), timestampMs: received })
}

test('a label is an id, a time, and a number, a truth or the name of a class', () => {
  const read = reading()
  const expected = { kind: 'label', id: 'p1', timeMs: Date.UTC(2026, 0, 1), label: 1 }
  assert.deepEqual(read(label), expected)
  assert.deepEqual(read({ ...label, label: true }), expected)
  assert.deepEqual(read({ ...label, label: 'fraud' }), { ...expected, label: 'fraud' })
  assert.deepEqual(read({ ...label, id: 17 }), { ...expected, id: '17' })
})

test('it is bad without one of them, and says which', () => {
  const read = reading()
  const wrong: [object, string][] = [
    [{ id: undefined }, 'id'],
    [{ id: '' }, 'id'],
    [{ time: 'never' }, 'time'],
    [{ label: null }, 'label'],
    [{ label: '' }, 'label'],
    [{ label: 'x\0' }, 'label'],
    [{ label: 'x'.repeat(201) }, 'label'],
    [{ label: [1] }, 'label'],
  ]
  for (const [changed, field] of wrong) {
    const result = read({ ...label, ...changed })
    assert.equal(result.kind === 'bad' && result.field, field, JSON.stringify(changed))
  }
})

test('a record says that a label is withdrawn where the configuration says it would', () => {
  const withdrawn = { kind: 'label', id: 'p1', timeMs: Date.UTC(2026, 0, 1), label: null }
  const read = reading({ withdrawn: 'deleted' })
  assert.deepEqual(read({ ...label, deleted: true }), withdrawn)
  assert.deepEqual(read({ ...label, label: undefined, deleted: true }), withdrawn)
  assert.equal(read({ ...label, deleted: false }).kind, 'label')
  assert.deepEqual(reading()({ ...label, deleted: true }), { ...withdrawn, label: 1 })
})

test('a record without a value withdraws the label of its key, at the time of the broker', () => {
  const decode = labelDecoder(labelPaths.parse({}), 'm')
  const expected = { kind: 'label', id: 'p1', timeMs: received, label: null }
  assert.deepEqual(decode({ value: null, key: bytes('p1'), timestampMs: received }), expected)
  assert.equal(decode({ value: null, key: null, timestampMs: received }).kind, 'bad')
  assert.equal(decode({ value: null, key: bytes('p1'), timestampMs: -1 }).kind, 'bad')
  const broken = Uint8Array.of(0xff)
  assert.equal(decode({ value: null, key: broken, timestampMs: received }).kind, 'bad')
})

test('of a topic that models share, labels of others are foreign', () => {
  const read = reading({ model: 'for' })
  assert.equal(read({ ...label, for: 'm' }).kind, 'label')
  assert.equal(read({ ...label, for: 'n' }).kind, 'foreign')
  assert.equal(read(label).kind, 'bad')
})
