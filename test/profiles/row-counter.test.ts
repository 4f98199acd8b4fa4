import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  addRow,
  createProfile,
  encodeProfile,
  RowCounter,
  waitingNumbers,
} from '../../profiles/index.ts'
import { allTypesWorld } from './all-types.ts'

const { binning, rows } = allTypesWorld(1)
const odd = [Number.NaN, Number.POSITIVE_INFINITY, -0, 1e300, -1e-300, null, undefined, 'NaN', true]

for (const count of [0, 1, waitingNumbers - 1, waitingNumbers, waitingNumbers + 1, 3_000]) {
  test(`${count} rows counted in blocks give the bytes of rows counted singly`, () => {
    const singly = createProfile(binning)
    const counter = new RowCounter(createProfile(binning))
    for (const [i, values] of rows(count, 4).entries()) {
      // Every seventh row has an odd value in every place.
      const row = i % 7 === 0 ? values.map((_, at) => odd[(i + at) % odd.length]) : values
      addRow(singly, row)
      counter.add(row)
      if (i === 1_000) counter.settle()
    }
    assert.deepEqual(encodeProfile(counter.settle()), encodeProfile(singly))
    assert.equal(singly.rows, count)
  })
}

test('a text where a number belongs counts nowhere', () => {
  const counter = new RowCounter(createProfile(binning))
  const at = binning.features.findIndex(({ kind }) => kind === 'numeric')
  const wrong = (rows(1, 5)[0] ?? []).map((value, i) => (i === at ? 'text' : value))
  assert.throws(() => counter.add(wrong), { code: 'RECORD_MALFORMED' })
  assert.deepEqual(encodeProfile(counter.settle()), encodeProfile(createProfile(binning)))
})
