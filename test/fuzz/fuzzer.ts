import assert from 'node:assert/strict'
import { SliceBuilder } from '../../activities/slice-builder.ts'
import type { DecodeResult } from '../../contracts/prediction.ts'
import type { Format, RawRecord } from '../../formats/format.ts'
import type { formats as registered } from '../../formats/index.ts'
import { binning, type Example, examples, inputOf, type Prediction } from '../formats/examples.ts'
import { assertWellFormed, inherited } from '../formats/well-formed.ts'
import { mulberry32 } from '../support/mulberry32.ts'
import { createLabelFuzzer } from './labels.ts'
import { mutate } from './mutate.ts'

/** What became of the inputs. */
export interface Tally {
  inputs: number
  good: number
  rows: number
  bad: number
  foreign: number
}

interface Subject {
  readonly title: string
  readonly example: Example
  readonly decode: (record: RawRecord) => DecodeResult
  /** The same in another process, as when dead letters are read again. */
  readonly anew: () => Subject['decode']
  slice: Slice
}

interface Slice {
  readonly builder: SliceBuilder
  readonly tally: Tally
  /** Dead letters: what was read, and why it could not be. */
  readonly letters: { readonly record: RawRecord; readonly result: DecodeResult }[]
}

const recordsPerSlice = 500
const intact = 0.1

/**
 * Gives every registered format seeded records: some as they should be, most after mishaps. An input is told by the
 * seed and its number alone, so that each can be given again.
 */
export function createFuzzer(formats: Readonly<Record<string, Format>>, seed: number) {
  const subjects = Object.entries(formats).flatMap(([name, format]) =>
    examples[name as keyof typeof registered].map((example): Subject => {
      const anew = () => format.decoder(inputOf(example))
      const decode = anew()
      const title = `${name}, ${example.title}`
      return { title, example, decode, anew, slice: newSlice(decode) }
    }),
  )
  const labels = createLabelFuzzer(seed)
  const before = inherited()
  const total: Tally = { inputs: 0, good: 0, rows: 0, bad: 0, foreign: 0 }
  const subjectOf = (index: number) => subjects[index % subjects.length] as Subject

  const close = (subject: Subject) => {
    const { builder, tally, letters } = subject.slice
    assertCounted(builder, tally)
    const readAgain = subject.anew()
    for (const { record, result } of letters) {
      assert.deepEqual(readAgain(record), result, 'a dead letter is read otherwise when read again')
    }
    for (const key of Object.keys(total) as (keyof Tally)[]) total[key] += tally[key]
    subject.slice = newSlice(subject.decode)
    assert.equal(inherited(), before, 'objects inherit something new')
  }

  return {
    titleOf: (index: number): string => subjectOf(index).title,
    recordOf: (index: number): RawRecord => inputAt(subjectOf(index).example, seed, index).record,
    /** Throws an Error that says what the port promises and this input has shown otherwise. */
    run(index: number): void {
      const subject = subjectOf(index)
      const { record, changed } = inputAt(subject.example, seed, index)
      const result = subject.decode(record)
      assertWellFormed(result, binning)
      assert.deepEqual(subject.decode(record), result, 'the same record is read in two ways')
      if (!changed) assert.match(result.kind, /^rows?$/, 'a good record is not read')
      for (const name in {}) assert.fail(`every object inherits ${name}`)
      const { builder, tally, letters } = subject.slice
      count(tally, result)
      if (result.kind === 'bad') letters.push({ record, result })
      labels.run(index)
      const { value, key, headers, timestampMs } = record
      const offset = String(tally.inputs)
      builder.add({ offset, value, key, headers, timestampMs })
      if (tally.inputs >= recordsPerSlice) close(subject)
    },
    /** After the last input. Throws as above. */
    end(): Tally {
      for (const subject of subjects) close(subject)
      return total
    },
  }
}

function newSlice(decode: Subject['decode']): Subject['slice'] {
  const settings = {
    binning,
    bucketMs: 3_600_000,
    anchorMs: 0,
    keepBadBytes: false,
    keepSample: true,
  }
  const tally = { inputs: 0, good: 0, rows: 0, bad: 0, foreign: 0 }
  return { builder: new SliceBuilder(settings, decode), tally, letters: [] }
}

/** Every record is counted once, and every row is in exactly one part. */
function assertCounted(builder: SliceBuilder, tally: Tally): void {
  const { good, bad, foreign, moreRows, deadLetters } = builder
  assert.equal(good + bad + foreign, tally.inputs, 'records are counted twice or lost')
  const told = [tally.good, tally.bad, tally.foreign]
  assert.deepEqual([good, bad, foreign], told, 'a slice counts other records than were read')
  assert.equal(good + moreRows, tally.rows, 'a slice counts other rows than were read')
  const inParts = builder.parts().reduce((sum, { rows }) => sum + rows, 0)
  assert.equal(inParts, tally.rows, 'rows are counted twice or lost')
  assert.equal(new Set(deadLetters.map(({ offset }) => offset)).size, bad)
}

function count(tally: Tally, result: DecodeResult): void {
  tally.inputs++
  if (result.kind === 'bad' || result.kind === 'foreign') {
    tally[result.kind]++
    return
  }
  tally.good++
  tally.rows += result.kind === 'rows' ? result.rows.length : 1
}

function inputAt(example: Example, seed: number, index: number) {
  const next = mulberry32(Math.imul(seed, 0x9e3779b1) ^ Math.imul(index + 1, 0x85ebca6b))
  const model = next() < 0.9 ? 'm' : 'other'
  const several = example.batches === true && next() < 0.5
  const predictions = [
    predictionOf(next),
    ...(several ? [predictionOf(next), predictionOf(next)] : []),
  ]
  const record = example.record(predictions as [Prediction, ...Prediction[]], model)
  const changed = model === 'other' || next() >= intact
  return { record: changed ? mutate(record, next) : record, changed }
}

const predictionOf = (next: () => number): Prediction => ({
  id: `p-${Math.floor(next() * 1e9)}`,
  timeMs: Date.UTC(2026, 0, 1) + 1_000 * Math.floor(next() * 80_000),
  version: String(Math.floor(next() * 4)),
  amount: (next() - 0.5) * 10 ** Math.floor(next() * 20),
  plan: next() < 0.5 ? 'a' : 'b',
  vector: [next(), -next()],
  score: next(),
})
