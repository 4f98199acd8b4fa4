import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Validator } from '@seriousme/openapi-schema-validator'
import Fastify from 'fastify'
import { guardRoutes } from '../../../gateway/guard/guard-routes.ts'
import { guardOperations, openapiDocument } from '../../../gateway/openapi/index.ts'

test('every route of the guard is in its document, and each of the document is registered', async () => {
  const app = Fastify()
  const found: string[] = []
  app.addHook('onRoute', ({ method, url }) => {
    for (const each of [method].flat()) if (each !== 'HEAD') found.push(`${each} ${url}`)
  })
  const settings = { guard: { access: 'open' }, environment: 'test' }
  guardRoutes(app, { settings } as unknown as Parameters<typeof guardRoutes>[1])
  assert.deepEqual(guardOperations.map(({ route }) => route).toSorted(), found.toSorted())
})

test('the document of the guard is one of OpenAPI 3.1, by a validator that others wrote', async () => {
  const { valid, errors } = await new Validator().validate(
    structuredClone(openapiDocument(guardOperations)),
  )
  assert.ok(valid, JSON.stringify(errors, null, 2))
})
