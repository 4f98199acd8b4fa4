import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { describe, test } from 'node:test'
import { recordPaths } from '../../contracts/config.ts'
import { formats } from '../../formats/index.ts'

const binning = {
  schema: 'driftgate-binning/1',
  model: 'm',
  version: 'b1',
  features: [{ name: 'plan', kind: 'categorical', categories: [] }],
} as const

/** What every entry promises, whatever its bytes look like. */
for (const [name, format] of Object.entries(formats)) {
  describe(`the format ${name}`, () => {
    const decode = format.decoder({
      model: 'm',
      binning: { ...binning, features: [{ ...binning.features[0], categories: [] }] },
      paths: recordPaths.parse({}),
    })

    test('is registered under its own name and has a page', () => {
      assert.equal(format.name, name)
      assert.notEqual(format.title, '')
      assert.ok(existsSync(new URL(`../../docs/formats/${name}.md`, import.meta.url)))
    })

    test('answers every record and never throws', () => {
      const hostile = [
        null,
        new Uint8Array(0),
        new Uint8Array([0]),
        new Uint8Array([0xff, 0xfe]),
        new Uint8Array(4_096).fill(0x5b),
        new TextEncoder().encode('{"__proto__":{"id":1},"constructor":null}'),
      ]
      for (const value of hostile) {
        const result = decode({ value, timestampMs: Date.UTC(2026, 0, 1) })
        assert.equal(result.kind, 'bad')
        assert.ok(result.kind === 'bad' && /^it /.test(result.reason), 'the reason is a clause')
      }
    })
  })
}
