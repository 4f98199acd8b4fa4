import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { describe, test } from 'node:test'
import { type Format, unpacked } from '../../formats/format.ts'
import { decodeTogether, formats } from '../../formats/index.ts'
import { binning, examples, inputOf, type Prediction, received } from './examples.ts'
import { hostilePieces, hostileValues } from './hostile.ts'
import { assertWellFormed, inherited } from './well-formed.ts'

const prediction: Prediction = {
  id: 'p1',
  timeMs: Date.UTC(2026, 0, 1),
  version: '3',
  amount: 12.5,
  plan: 'a',
  vector: [0.25, -1],
  score: 0.75,
}

/** What every entry promises, whatever its bytes look like. */
for (const [name, format] of Object.entries<Format>(formats)) {
  test(`the format ${name} is registered under its own name and has a page`, () => {
    assert.equal(format.name, name)
    assert.notEqual(format.title, '')
    assert.equal(new Set(format.kinds).size, format.kinds.length)
    assert.ok(existsSync(new URL(`../../docs/formats/${name}.md`, import.meta.url)))
  })

  for (const example of examples[name as keyof typeof formats]) {
    const { layout, lacks = [] } = example
    const decode = format.decoder(inputOf(example))
    const good = example.record([prediction], 'm')

    describe(`the format ${name}, ${example.title},`, () => {
      test('is configured as it says it can be', () => {
        assert.ok(layout.kind === undefined || format.kinds.includes(layout.kind))
        assert.ok(format.options?.safeParse(layout.options ?? {}).success ?? !layout.options)
      })

      test('reads a prediction into the order of the binning', () => {
        const { amount, plan, vector, score, id, timeMs, version } = prediction
        const result = decode(good)
        assert.ok(result.kind === 'row', JSON.stringify(result))
        assertWellFormed(result, binning)
        const features = lacks.includes('features') ? [] : [amount, plan, ...vector]
        const { row } = result
        assert.deepEqual(
          row.values.filter((value) => value !== null && value !== undefined),
          lacks.includes('score') ? features : [...features, score],
        )
        assert.equal(row.id, id)
        assert.equal(row.timeMs, timeMs)
        assert.equal(row.version, lacks.includes('version') ? '' : version)
      })

      test('gives each of several models at once what its own decoder gives', () => {
        const inputs = [inputOf(example), { ...inputOf(example), model: 'another' }]
        const together = decodeTogether(format, inputs)
        const nothing = { value: Buffer.from([0x7b, 0xff]), timestampMs: received }
        for (const record of [good, nothing, good, example.record([prediction], 'another')]) {
          const expected = inputs.map((input) => format.decoder(input)(record))
          assert.deepEqual(together(record).map(unpacked), expected)
        }
      })

      test('numbers the predictions of one record after its id, where it can hold several', () => {
        if (!example.batches) return
        const second = { ...prediction, amount: -3, plan: 'b', score: 0.125 }
        const result = decode(example.record([prediction, second], 'm'))
        assert.ok(result.kind === 'rows', JSON.stringify(result))
        assertWellFormed(result, binning)
        assert.deepEqual(
          result.rows.map(({ id }) => id),
          ['p1/0', 'p1/1'],
        )
        const alone = decode(example.record([second], 'm'))
        assert.ok(alone.kind === 'row')
        assert.deepEqual(result.rows[1]?.values, alone.row.values)
      })

      test('looks at nothing of a record but what it says that it needs', () => {
        const others = {
          ...(format.needs.includes('key') ? {} : { key: Buffer.from('another') }),
          ...(format.needs.includes('headers') ? {} : { headers: { type: 'x', ce_type: 'y' } }),
        }
        assert.deepEqual(decode({ ...good, ...others }), decode(good))
      })

      test('tells a record of another model, and reads the same record twice the same', () => {
        assert.deepEqual(decode(example.record([prediction], 'other')), { kind: 'foreign' })
        assert.deepEqual(decode(good), decode(good))
      })

      test('answers hostile bytes with rows or one reason, and is none the wiser', () => {
        const before = inherited()
        for (const value of Object.values(hostileValues)) {
          assertWellFormed(decode({ ...good, value }), binning)
          assertWellFormed(decode({ value, timestampMs: received }), binning)
        }
        assert.equal(decode({ ...good, value: null }).kind, 'bad')
        assert.equal(inherited(), before)
        assert.equal(decode(good).kind, 'row', 'a good record is still read')
      })

      test('answers a record that was cut off anywhere, or holds something hostile anywhere', () => {
        const before = inherited()
        const value = good.value as Uint8Array
        for (let end = 0; end < value.length; end++) {
          assertWellFormed(decode({ ...good, value: value.subarray(0, end) }), binning)
          const piece = hostilePieces[end % hostilePieces.length] as string
          const spliced = Buffer.concat([
            value.subarray(0, end),
            Buffer.from(piece),
            value.subarray(end),
          ])
          assertWellFormed(decode({ ...good, value: spliced }), binning)
        }
        assert.equal(inherited(), before)
      })
    })
  }
}
