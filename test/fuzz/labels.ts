import assert from 'node:assert/strict'
import { labelPaths } from '../../contracts/label-settings.ts'
import type { RawRecord } from '../../formats/format.ts'
import { type LabelResult, labelDecoder } from '../../formats/json-label.ts'
import { mulberry32 } from '../support/mulberry32.ts'
import { mutate } from './mutate.ts'

const paths = labelPaths.parse({ time: 'at.time', label: 'outcome.label' })
const intact = 0.1

type Decode = (record: RawRecord) => LabelResult

/** Gives the decoder of labels seeded records, which have no format of their own. */
export function createLabelFuzzer(seed: number, decode: Decode = labelDecoder(paths, 'm')) {
  return {
    /** Throws an Error that says what a label promises, and the record that has shown otherwise. */
    run(index: number): void {
      const { record, changed } = labelAt(seed, index)
      const told = `of the label ${Buffer.from(record.value ?? '').toString('base64', 0, 300)}`
      const result = decode(record)
      assert.deepEqual(decode(record), result, `two readings ${told}`)
      if (!changed) assert.equal(result.kind, 'label', `no reading ${told}`)
      if (result.kind === 'bad') {
        assert.match(result.reason, /^[^\n]{1,300}$/, `the reason ${told}`)
        return
      }
      assert.ok(result.kind === 'label', `the kind ${told}`)
      const { id, timeMs, label } = result
      assert.ok(id.length > 0, `the id ${told}`)
      assert.ok(timeMs >= Date.UTC(1990) && timeMs < Date.UTC(9999), `the time ${told}`)
      const isClass = typeof label === 'string' && label.length <= 200 && !label.includes('\0')
      assert.ok(isClass || Number.isFinite(label), `the number ${told}`)
    },
  }
}

function labelAt(seed: number, index: number) {
  const next = mulberry32(Math.imul(seed, 0x27d4eb2f) ^ Math.imul(index + 1, 0x165667b1))
  const timeMs = Date.UTC(2026, 0, 1) + Math.floor(next() * 80_000_000)
  const value = {
    id: next() < 0.5 ? `p-${Math.floor(next() * 1e9)}` : Math.floor(next() * 1e9),
    at: { time: next() < 0.5 ? new Date(timeMs).toISOString() : timeMs },
    outcome: { label: next() < 0.3 ? next() < 0.5 : next() * 1e6 },
  }
  const record = { value: Buffer.from(JSON.stringify(value)), timestampMs: timeMs + 60_000 }
  const changed = next() >= intact
  return { record: changed ? mutate(record, next) : record, changed }
}
