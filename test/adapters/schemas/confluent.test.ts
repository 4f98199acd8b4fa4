import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { after, test } from 'node:test'
import { confluentRegistry } from '../../../adapters/schemas/confluent.ts'
import { DriftgateError } from '../../../contracts/errors.ts'

type Reply = { status: number; body: string }
const closing: (() => void)[] = []
after(() => {
  for (const close of closing) close()
})

/** A registry in front of scripted answers, and what was asked of it. */
async function scripted(...replies: Reply[]) {
  const asked: { path: string; authorization: string | undefined }[] = []
  const server = createServer((request, response) => {
    asked.push({ path: request.url ?? '', authorization: request.headers.authorization })
    const { status, body } = replies[Math.min(asked.length, replies.length) - 1] as Reply
    response.writeHead(status, { 'content-type': 'application/json' }).end(body)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  closing.push(() => server.close())
  const url = `http://127.0.0.1:${(server.address() as { port: number }).port}/registry`
  return { asked, url, registry: confluentRegistry({ kind: 'confluent', url }, { password: null }) }
}

const schema = { status: 200, body: JSON.stringify({ schema: '"string"' }) }
const missing = { status: 404, body: '{"error_code":40403,"message":"Schema not found"}' }

test('a schema is asked for once, also by many at the same time', async () => {
  const { registry, asked } = await scripted(schema)
  const found = await Promise.all([7, 7, 7, 8].map((id) => registry.schema(id)))
  assert.deepEqual(found[0], { id: 7, type: 'AVRO', text: '"string"', references: [] })
  await registry.schema(7)
  assert.deepEqual(
    asked.map(({ path }) => path),
    ['/registry/schemas/ids/7', '/registry/schemas/ids/8'],
  )
})

test('an id that is not known is not asked for again at once', async () => {
  const { registry, asked } = await scripted(missing)
  assert.equal(await registry.schema(7), null)
  assert.equal(await registry.schema(7), null)
  assert.equal(asked.length, 1)
})

for (const [what, reply, code, retryable] of [
  ['overloaded', { status: 503, body: '' }, 'SCHEMAS_UNREACHABLE', true],
  ['asked too often', { status: 429, body: '{}' }, 'SCHEMAS_UNREACHABLE', true],
  ['refusing the sign-in', { status: 401, body: '{}' }, 'SCHEMAS_REFUSED', false],
  ['another server', { status: 404, body: '<html>' }, 'SCHEMAS_ANSWER_UNKNOWN', false],
  ['another interface', { status: 404, body: '{"error":1}' }, 'SCHEMAS_ANSWER_UNKNOWN', false],
  ['saying nothing', { status: 200, body: '{}' }, 'SCHEMAS_ANSWER_UNKNOWN', false],
] as const) {
  test(`a registry that is ${what} is never taken for one without the schema`, async () => {
    const { registry } = await scripted(reply, schema)
    await assert.rejects(registry.schema(7), (error) => {
      assert.ok(error instanceof DriftgateError)
      assert.equal(error.code, code)
      assert.equal(error.entry.retryable, retryable)
      return true
    })
    assert.equal((await registry.schema(7))?.id, 7, 'an error is not remembered')
  })
}

test('nobody at the address is an error that is tried again', async () => {
  const url = 'http://127.0.0.1:1'
  const registry = confluentRegistry({ kind: 'confluent', url }, { password: null })
  await assert.rejects(registry.schema(1), { code: 'SCHEMAS_UNREACHABLE' })
})

test('the sign-in goes with every request, with the password of that moment', async () => {
  const { url, asked } = await scripted(schema)
  let password = 'old'
  const settings = { kind: 'confluent', url, username: 'reader' } as const
  const registry = confluentRegistry(settings, { password: () => password })
  await registry.schema(1)
  password = 'new'
  await registry.schema(2)
  assert.deepEqual(
    asked.map(({ authorization }) =>
      Buffer.from(authorization?.slice(6) ?? '', 'base64').toString(),
    ),
    ['reader:old', 'reader:new'],
  )
})

test('schemas that refer to each other in a circle end', async () => {
  const body = JSON.stringify({
    schema: '{}',
    references: [{ name: 'a', subject: 'a', version: 1 }],
  })
  const { registry } = await scripted({ status: 200, body })
  assert.deepEqual(
    (await registry.schema(1))?.references.map(({ name }) => name),
    ['a'],
  )
})
