import assert from 'node:assert/strict'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { test } from 'node:test'
import { Validator } from '@seriousme/openapi-schema-validator'
import type { FastifyInstance } from 'fastify'
import { settingsSchema } from '../../contracts/config.ts'
import { buildGateway } from '../../gateway/build-gateway.ts'
import type { GatewayDeps } from '../../gateway/deps.ts'
import { openapiDocument, operations } from '../../gateway/openapi/index.ts'

/** Every route that a gateway registers; registering asks nothing of the outside. */
async function registered(): Promise<string[]> {
  const found: string[] = []
  const watch = (message: unknown) => {
    const { fastify } = message as { fastify: FastifyInstance }
    fastify.addHook('onRoute', ({ method, url }) => {
      for (const each of [method].flat()) if (each !== 'HEAD') found.push(`${each} ${url}`)
    })
  }
  const url = 'http://127.0.0.1:1'
  const gateway = settingsSchema.shape.gateway.parse({ url, issuer: url })
  const outside = { metrics: {}, temporal: {}, identity: {}, db: {} }
  const settings = { environment: 'test', gateway, temporal: {} }
  const deps = { ...outside, settings, cookieKey: new Uint8Array(32), clock: () => 0 }
  subscribe('fastify.initialization', watch)
  try {
    const app = buildGateway(deps as unknown as GatewayDeps)
    await app.ready()
    await app.close()
  } finally {
    unsubscribe('fastify.initialization', watch)
  }
  return found
}

test('every registered route is in the document, and each of the document is registered', async () => {
  const documented = operations.map(({ route }) => route)
  assert.deepEqual(documented.toSorted(), (await registered()).toSorted())
})

test('the document is one of OpenAPI 3.1, by a validator that others wrote', async () => {
  const validator = new Validator()
  const document = openapiDocument(operations)
  const { valid, errors } = await validator.validate(structuredClone(document))
  assert.ok(valid, JSON.stringify(errors, null, 2))
  assert.equal(validator.version, '3.1')
})

test('it tells of each operation the role, the schemas, and what an error looks like', () => {
  const { paths } = openapiDocument(operations) as {
    // biome-ignore lint/suspicious/noExplicitAny: a test looks into whatever is there
    paths: Record<string, Record<string, any>>
  }
  const decide = paths['/v1/releases/{model}/{n}/decisions']?.['post']
  assert.equal(decide['x-driftgate-role'], 'gate')
  assert.deepEqual(
    decide.parameters.map(({ name }: { name: string }) => name),
    ['model', 'n'],
  )
  const body = decide.requestBody.content['application/json'].schema
  assert.deepEqual([body.required, body.additionalProperties], [['answer', 'digest'], false])
  assert.equal(decide.responses.default.$ref, '#/components/responses/Problem')
  const [, slices] = paths['/v1/models/{model}/ledger']?.['get']?.parameters ?? []
  assert.deepEqual(
    [slices.name, slices.in, slices.required, slices.schema.type],
    ['slices', 'query', false, 'integer'],
  )
})
