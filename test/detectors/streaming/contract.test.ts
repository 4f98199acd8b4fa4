import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import {
  alarmsIn,
  type StreamingDetector,
  streamingDetectors,
} from '../../../detectors/streaming/index.ts'
import { mulberry32, normal } from '../../support/mulberry32.ts'

const all = Object.entries(streamingDetectors) as [string, StreamingDetector][]
const next = mulberry32(1)
/** Quiet, then many more errors, then quiet again; and the same of normal values that are around 0 and around 3. */
const parts = [0.2, 0.8, 0.2].flatMap((rate) => Array.from({ length: 1_000 }, () => rate))
const errors = parts.map((rate) => (next() < rate ? 1 : 0))
const numbers = parts.map((rate) => normal(next, (rate - 0.2) * 5, 1))
const streamOf = ({ options, reads }: StreamingDetector, example: object) =>
  reads === 'error' || (Object.hasOwn(options.shape, 'model') && Object.hasOwn(example, 'model'))
    ? errors
    : numbers

for (const [key, detector] of all) {
  describe(`the streaming detector ${key}`, () => {
    test('is named after its file and has a page with its headings and its figures', () => {
      assert.equal(detector.name, key)
      const page = readFileSync(
        new URL(`../../../docs/detectors/${key}.md`, import.meta.url),
        'utf8',
      )
      const headings = [...page.matchAll(/^## (.*)$/gm)].map(([, heading]) => heading)
      assert.deepEqual(headings, [
        'Formula',
        'What it sees',
        'Blind to',
        'When not to use it',
        'False alarms and delay',
        'Example',
      ])
      assert.match(page, /set to one in\s[\d,]+/)
      assert.ok(existsSync(new URL(`../../../detectors/streaming/${key}.ts`, import.meta.url)))
    })

    for (const example of detector.examples) {
      const told = JSON.stringify(example)
      const stream = streamOf(detector, example)

      test(`has a state that a JSON round trip at any step leaves as it is, with ${told}`, () => {
        let kept = detector.start(example)
        let sent = detector.start(example)
        stream.forEach((value, i) => {
          kept = detector.step(kept, value)
          sent = detector.step(i % 7 === 0 ? JSON.parse(JSON.stringify(sent)) : sent, value)
          assert.equal(sent.level, kept.level, `after ${i + 1} values`)
          if (i % 61 === 0) assert.deepEqual(sent, kept, `after ${i + 1} values`)
        })
        assert.deepEqual(JSON.parse(JSON.stringify(kept)), kept)
      })

      test(`gives in batches what it gives in single steps, with ${told}`, () => {
        let state = detector.start(example)
        const single: number[] = []
        stream.forEach((value, i) => {
          state = detector.step(state, value)
          if (state.level === 'drift') single.push(i)
        })
        const batched = detector.start(example)
        const cuts = [0, 1, 500, 1_400, 1_401, 3_000]
        const inBatches = cuts.slice(1).flatMap((end, i) => {
          const start = cuts[i] as number
          return alarmsIn(detector, batched, stream.slice(start, end)).map((place) => start + place)
        })
        assert.deepEqual(inBatches, single)
        assert.deepEqual(batched, state)
      })

      test(`keeps its state bounded, with ${told}`, () => {
        const state = detector.start(example)
        alarmsIn(detector, state, stream)
        assert.ok(JSON.stringify(state).length < 40_000)
      })
    }

    test('refuses what it does not read with a code, and its state is as it was', () => {
      const state = detector.start()
      detector.step(state, 1)
      const before = JSON.stringify(state)
      const strange = [Number.NaN, Number.POSITIVE_INFINITY, undefined, null, '1', {}]
      for (const value of detector.reads === 'error' ? [...strange, 0.5, 2, -1] : strange) {
        assert.throws(() => detector.step(state, value as number), { code: 'STREAM_VALUE_INVALID' })
      }
      assert.equal(JSON.stringify(state), before)
    })

    test('refuses options that it does not have, with a code', () => {
      for (const options of [{ unknown: 1 }, { minimum: Number.NaN }, { mode: 'other' }]) {
        assert.throws(() => detector.start(options as Record<string, unknown>), {
          code: 'DETECTOR_INPUT_INVALID',
        })
      }
    })

    test('finds a large change', () => {
      const found = detector.examples.some((example) => {
        const alarms = alarmsIn(detector, detector.start(example), streamOf(detector, example))
        return alarms.some((at) => at >= 1_000 && at < 1_400)
      })
      assert.ok(found)
    })
  })
}
