import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { DecodeResult } from '../../contracts/prediction.ts'
import type { Format } from '../../formats/format.ts'
import { formats } from '../../formats/index.ts'
import { createFuzzer } from './fuzzer.ts'
import { createLabelFuzzer } from './labels.ts'
import { runWatched } from './watched.ts'

const own = (name: string) => new URL(`${name}.ts`, import.meta.url)

test('no format breaks on 3,000 seeded records, and each kind of answer is given', async () => {
  const outcome = await runWatched({ seed: 3, from: 0, to: 3_000 }, { deadlineMs: 10_000 })
  assert.ok('tally' in outcome, JSON.stringify(outcome))
  const { inputs, good, rows, bad, foreign } = outcome.tally
  assert.equal(inputs, 3_000)
  assert.equal(good + bad + foreign, inputs)
  assert.ok(rows > good && bad > 300 && foreign > 30 && good > 300, JSON.stringify(outcome.tally))
})

test('an input follows from the seed and its number alone', () => {
  const [one, other] = [createFuzzer(formats, 5), createFuzzer(formats, 5)]
  one.run(0)
  assert.deepEqual(other.recordOf(77), one.recordOf(77))
  assert.notDeepEqual(createFuzzer(formats, 6).recordOf(77), one.recordOf(77))
})

describe('the fuzzer stops at', () => {
  /** The format json with something wrong in how it answers. */
  const wrong = (change: (result: DecodeResult, calls: number) => DecodeResult): Format => ({
    ...formats.json,
    decoder(input) {
      const decode = formats.json.decoder(input)
      let calls = 0
      return (record) => change(decode(record), ++calls)
    },
  })
  const run = (format: Format) => () => {
    const fuzzer = createFuzzer({ json: format }, 1)
    for (let index = 0; index < 600; index++) fuzzer.run(index)
    fuzzer.end()
  }

  test('nothing, where nothing is wrong', () => assert.doesNotThrow(run(wrong((result) => result))))

  test('a format that throws', () => {
    const throws = wrong((result, calls) => {
      if (calls === 100) throw new TypeError('Cannot read properties of undefined')
      return result
    })
    assert.throws(run(throws), /Cannot read properties/)
  })

  test('a record that is read in two ways, or as another number of rows', () => {
    const alternates = wrong((result, calls) => (calls % 2 === 0 ? { kind: 'foreign' } : result))
    assert.throws(run(alternates), /in two ways/)
    const third = wrong((result, calls) =>
      calls % 3 === 0 && result.kind === 'row'
        ? { kind: 'rows', rows: [result.row, result.row] }
        : result,
    )
    assert.throws(run(third), /a slice counts other rows/)
  })

  test('a dead letter that another process reads otherwise', () => {
    let decoders = 0
    const forgets: Format = {
      ...formats.json,
      decoder(input) {
        const decode = formats.json.decoder(input)
        const number = ++decoders
        return (record) => {
          const result = decode(record)
          return result.kind === 'bad' && number > 2 ? { kind: 'foreign' } : result
        }
      },
    }
    assert.throws(run(forgets), /read otherwise when read again/)
  })

  test('a label whose number is none', () => {
    const fuzzer = createLabelFuzzer(1, () => ({
      ...{ kind: 'label', id: 'p', timeMs: Date.UTC(2026), label: Number.NaN },
    }))
    assert.throws(() => fuzzer.run(0), /the number of the label/)
  })

  test('a row that the port does not allow, and a reason that is none', () => {
    const endless = wrong((result) =>
      result.kind === 'row' ? { kind: 'row', row: { ...result.row, timeMs: 2 ** 63 } } : result,
    )
    assert.throws(run(endless), /the time/)
    const bare = wrong((result) => (result.kind === 'bad' ? { kind: 'bad', reason: '' } : result))
    assert.throws(run(bare), /one clause/)
  })

  test('what adds to every object', () => {
    const pollutes = wrong((result, calls) => {
      if (calls === 50) Object.assign(Object.prototype, { polluted: 1 })
      return result
    })
    try {
      assert.throws(run(pollutes), /every object inherits polluted/)
    } finally {
      delete (Object.prototype as unknown as Record<string, unknown>)['polluted']
    }
  })

  test('a format that hangs, seen from outside', async () => {
    const task = { seed: 1, from: 0, to: 100 }
    const hung = await runWatched(task, { deadlineMs: 300, worker: own('hanging-worker') })
    assert.ok('failed' in hung)
    assert.equal(hung.failed.index, 7)
    assert.match(hung.failed.reason, /longer than 300 ms/)
  })
})
