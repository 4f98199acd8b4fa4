import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Binning } from '../../contracts/binning.ts'
import { recordPaths } from '../../contracts/config.ts'
import { scoreFeature } from '../../contracts/prediction.ts'
import { csv } from '../../formats/csv.ts'
import { csvFields } from '../../formats/csv-line.ts'

describe('the fields of a line', () => {
  const fields = (text: string) => csvFields(text, ',')

  test('are what stands between delimiters, empty ones too, without the line end', () => {
    assert.deepEqual(fields('a,,c'), ['a', '', 'c'])
    assert.deepEqual(fields('a,'), ['a', ''])
    assert.deepEqual(fields('a\r\n'), ['a'])
    assert.deepEqual(fields('\n'), [''])
    assert.deepEqual(csvFields('a,b\tc', '\t'), ['a,b', 'c'])
  })

  test('in quotes hold anything, quotes doubled', () => {
    assert.deepEqual(fields('"a,b","say ""no""","1\n2"'), ['a,b', 'say "no"', '1\n2'])
    assert.deepEqual(fields('"",""""'), ['', '"'])
    assert.deepEqual(fields('5" disk,b'), ['5" disk', 'b'])
  })

  test('are not told where quotes or line ends are wrong', () => {
    assert.throws(() => fields('"a'), /quote that is not closed/)
    assert.throws(() => fields('"a""'), /quote that is not closed/)
    assert.throws(() => fields('"a"b,c'), /after a closing quote/)
    assert.throws(() => fields('a\nb'), /more than one line/)
    assert.throws(() => fields('a\n\n'), /more than one line/)
  })
})

describe('csv', () => {
  const numeric = { kind: 'numeric', edges: [0], minimum: 0, maximum: 1, scale: 0 } as const
  const seen = { feature: 'seen', part: 'age' } as const
  const binning = {
    schema: 'driftgate-binning/1',
    model: 'm',
    version: 'b1',
    features: [
      { name: 'amount', ...numeric },
      { name: 'code', kind: 'categorical', categories: [] },
      { name: 'seen.age', ...numeric, from: seen },
      { name: 'note.length', ...numeric, from: { feature: 'note', part: 'length' } },
      { name: 'v.norm', ...numeric, from: { feature: 'v', part: 'norm', width: 2 } },
      { name: scoreFeature, ...numeric },
    ],
  } as unknown as Binning
  const decoder = csv.decoder({
    model: 'm',
    binning,
    paths: recordPaths.parse({}),
    options: { columns: ['id', 'time', 'amount', 'code', 'seen', 'note', 'v', 'score'] },
  })
  const read = (text: string) =>
    decoder({ value: new TextEncoder().encode(text), timestampMs: Date.UTC(2026, 0, 2) })
  const values = (text: string) => {
    const result = read(text)
    assert.ok(result.kind === 'row', JSON.stringify(result))
    return result.row.values
  }
  const problem = (text: string) => {
    const result = read(text)
    assert.ok(result.kind === 'bad')
    return [result.reason, result.field]
  }

  test('text is read as what the feature is', () => {
    const line = 'p,2026-01-01T00:00:00Z,12.5,007,2025-12-31T00:00:00Z,né,"[3, 4]",0.5'
    assert.deepEqual(values(line), [12.5, '007', 1, 2, 5, 0.5])
    assert.deepEqual(values('p,1767225600000,-1e3,1,1767139200000,x,"[0,0]",1'), [
      ...[-1000, '1', 1],
      ...[1, 0, 1],
    ])
  })

  test('an empty field is a missing value, a spelled number one that JSON does not have', () => {
    assert.deepEqual(values('p,1767225600000,,,,,,'), [
      ...[undefined, undefined, null],
      ...[null, null, undefined],
    ])
    assert.deepEqual(values('p,1767225600000,NaN,,,,,-Infinity')[0], 'NaN')
  })

  test('the reason and the column say what is wrong', () => {
    assert.deepEqual(problem('p,1767225600000'), ['it has 2 fields where 8 belong', undefined])
    assert.deepEqual(problem(',1767225600000,,,,,,'), ['it has no prediction id', 'id'])
    assert.deepEqual(problem('p,,,,,,,'), ['its event time cannot be read', 'time'])
    const text = ['amount holds text where a number belongs', 'amount']
    for (const wrong of ['much', '0x1f', '1 2', '1,5'.replace(',', '.5.')]) {
      assert.deepEqual(problem(`p,1767225600000,${wrong},,,,,`), text)
    }
    assert.deepEqual(problem('p,1767225600000,,,,,{,'), ['v holds no JSON list of numbers', 'v'])
    assert.deepEqual(problem('p,1767225600000,,,,,"[1]",'), ['v has 1 numbers where 2 belong', 'v'])
  })

  test('a column is named once, and by one of four delimiters', () => {
    const options = (given: object) => csv.options?.safeParse(given).success
    assert.ok(options({ columns: ['a', 'b'] }))
    assert.ok(!options({ columns: ['a', 'a'] }))
    assert.ok(!options({ columns: ['a'], delimiter: '"' }))
    assert.ok(!options({}))
  })
})
