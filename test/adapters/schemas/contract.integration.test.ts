import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { schemaRegistries } from '../../../adapters/schemas/index.ts'
import type { SchemaRegistry } from '../../../adapters/schemas/schema-registry.ts'
import { schemasProbes } from '../../../cli/check/servers.ts'
import { type TestRegistry, testRegistry } from '../../support/schema-registry.ts'

let server: TestRegistry
before(async () => {
  server = await testRegistry()
})
after(() => server.close())

const place = {
  ...{ type: 'record', name: 'Place', namespace: 'geo' },
  fields: [{ name: 'city', type: 'string' }],
}
const prediction = {
  ...{ type: 'record', name: 'Prediction' },
  fields: [
    { name: 'id', type: 'string' },
    { name: 'place', type: 'geo.Place' },
  ],
}

/** What every kind of registry promises, held against a real one. */
for (const [kind, open] of Object.entries(schemaRegistries)) {
  describe(`the schema registry ${kind}`, () => {
    const opened = (): SchemaRegistry =>
      open({ kind: kind as 'confluent', url: `${server.url}/` }, { password: null })

    test('gives an Avro schema by its id, with what it refers to first', async () => {
      const placed = await server.register('place', place)
      const references = [{ name: 'geo.Place', subject: 'place', version: 1 }]
      const id = await server.register('prediction', prediction, { references })
      assert.deepEqual(await opened().schema(id), {
        id,
        type: 'AVRO',
        text: JSON.stringify(prediction),
        references: [{ name: 'geo.Place', text: JSON.stringify(place) }],
      })
      assert.deepEqual((await opened().schema(placed))?.references, [])
    })

    test('gives a Protobuf schema, what its imports import before them', async () => {
      const schemaType = 'PROTOBUF'
      const file = (name: string, imports = '') =>
        `syntax = "proto3"; ${imports} message ${name} { string x = 1; }`
      await server.register('p-deep', file('Deep'), { schemaType })
      const middle = {
        schemaType,
        references: [{ name: 'deep.proto', subject: 'p-deep', version: 1 }],
      }
      await server.register('p-middle', file('Middle', 'import "deep.proto";'), middle)
      const id = await server.register('p-top', file('Top', 'import "middle.proto";'), {
        schemaType,
        references: [{ name: 'middle.proto', subject: 'p-middle', version: 1 }],
      })
      const found = await opened().schema(id)
      assert.equal(found?.type, 'PROTOBUF')
      assert.deepEqual(
        found?.references.map(({ name }) => name),
        ['deep.proto', 'middle.proto'],
      )
    })

    test('says that it has no such schema, which is no error', async () => {
      assert.equal(await opened().schema(123_456), null)
    })
  })
}

test('driftgate check asks the registry whether it is one', async () => {
  const probe = (url: string) =>
    schemasProbes({ settings: { schemas: { kind: 'confluent', url } } as never })[0]
  assert.deepEqual(await probe(server.url)?.run(), {
    version: null,
    note: 'answers as a schema registry',
  })
  await assert.rejects(async () => probe(new URL(server.url).origin)?.run(), {
    code: 'SCHEMAS_ANSWER_UNKNOWN',
  })
  assert.deepEqual(schemasProbes({ settings: {} as never }), [])
})
