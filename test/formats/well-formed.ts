import assert from 'node:assert/strict'
import type { Binning } from '../../contracts/binning.ts'
import type { DecodeResult, PredictionRow } from '../../contracts/prediction.ts'

const spelled = ['NaN', 'Infinity', '-Infinity']

/** Holds one answer of a decoder against what the port promises, whatever the record was. */
export function assertWellFormed(result: DecodeResult, binning: Binning): void {
  if (result.kind === 'foreign') return
  if (result.kind === 'bad') {
    const { reason, field } = result
    assert.match(reason, /^[^\n]{1,300}$/, 'the reason is one clause')
    assert.doesNotMatch(reason, /undefined|\[object|Error|in JSON at|Unexpected|Cannot/)
    assert.ok(field === undefined || typeof field === 'string')
    return
  }
  if (result.kind === 'rows') assert.ok(result.rows.length > 1, 'a batch has several rows')
  for (const row of result.kind === 'rows' ? result.rows : [result.row]) assertRow(row, binning)
}

function assertRow({ id, timeMs, version, values }: PredictionRow, binning: Binning): void {
  assert.equal(typeof id, 'string')
  assert.ok(timeMs >= Date.UTC(1990) && timeMs < Date.UTC(9999), `the time ${timeMs}`)
  assert.ok(typeof version === 'string' && version.length <= 200 && version.isWellFormed())
  assert.equal(values.length, binning.features.length)
  for (const [index, { name, kind }] of binning.features.entries()) {
    const value = values[index]
    if (value === null || value === undefined) continue
    assert.ok(
      ['number', 'string', 'boolean'].includes(typeof value),
      `${name} is a ${typeof value}`,
    )
    if (kind !== 'numeric' || typeof value !== 'string') continue
    assert.ok(spelled.includes(value), `${name} is the text ${value}`)
  }
}

const watched = [Object, Array, Function, String, Number, Boolean, Map, Uint8Array]

/** What every object inherits; a parser that follows a hostile name adds to it. */
export const inherited = (): string =>
  watched.map(({ prototype }) => Reflect.ownKeys(prototype).map(String).join()).join(';')
