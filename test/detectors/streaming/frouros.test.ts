import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { frourosStream } from '../../goldens/adapters/frouros-stream.ts'
import { materialise } from '../../goldens/series.ts'

interface Answer {
  readonly alarms?: readonly number[]
  readonly error?: string
}

interface Case {
  readonly id: string
  readonly input: object
  readonly expected: Readonly<Record<string, Answer>>
}

const file = new URL('../../goldens/streams_frouros.json', import.meta.url)
const { cases } = JSON.parse(readFileSync(file, 'utf8')) as { cases: readonly Case[] }

// The golden format compares only those that River does not have; here all of them are.
for (const { id, input, expected } of cases) {
  test(`mode frouros alarms where Frouros does, or refuses where it does: ${id}`, () => {
    const actual = frourosStream.compute(materialise(input, undefined), { dir: '' })
    for (const [name, answer] of Object.entries(expected)) {
      const ours = (actual as Record<string, Answer>)[name]
      if (answer.error !== undefined) assert.equal(ours?.error, 'STREAM_VALUE_INVALID', name)
      else assert.deepEqual(ours?.alarms, answer.alarms, name)
    }
  })
}
