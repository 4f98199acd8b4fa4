import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { freePort } from '../../../deploy/local/free-port.ts'
import { guardWorld, peopleRequest } from '../../support/guard-world.ts'
import { identityProcess } from '../../support/identity-process.ts'

const one = peopleRequest([[41, 'a']])

test('a model server that is down or does not answer is told from one that refuses', async () => {
  const asked: { path: string; authorization: string | undefined; encoding: unknown }[] = []
  const silent = createServer((request, response) => {
    const { authorization } = request.headers
    asked.push({
      path: request.url ?? '',
      authorization,
      encoding: request.headers['accept-encoding'],
    })
    if (request.url === '/behind/v2/health/ready') response.end('{}')
  })
  silent.listen(0, '127.0.0.1')
  const port = (
    await new Promise<AddressInfo>((resolve) =>
      silent.once('listening', () => resolve(silent.address() as AddressInfo)),
    )
  ).port
  const guard = { timeout: '300ms', name: 'other name' }
  const world = await guardWorld({ upstream: `http://127.0.0.1:${port}/behind`, guard })
  try {
    await world.start()
    const late = await world.infer(one, { headers: { authorization: 'Bearer mine' } })
    assert.deepEqual([late.status, late.body.code], [504, 'GUARD_UPSTREAM_TIMEOUT'])
    assert.equal(late.headers.get('retry-after'), '1')
    assert.deepEqual(asked.at(-1), {
      ...{ path: '/behind/v2/models/other%20name/infer', encoding: undefined },
      // An open door has taken no token for itself.
      authorization: 'Bearer mine',
    })
    silent.closeAllConnections()
    await new Promise((resolve) => silent.close(resolve))
    const down = await world.infer(one)
    assert.deepEqual([down.status, down.body.code], [502, 'GUARD_UPSTREAM_UNREACHABLE'])
    const ready = await fetch(`${world.url}/v2/health/ready`)
    const { models } = (await ready.json()) as { models: object[] }
    assert.deepEqual(
      [ready.status, models],
      [503, [{ name: 'people', ready: false, upstream: 'not ready' }]],
    )
    const live = await fetch(`${world.url}/v2/health/live`)
    assert.equal(live.status, 200)
  } finally {
    silent.closeAllConnections()
    await world.close()
  }
})

test('unless it is left open the door asks for a token with the role, and keeps it to itself', async () => {
  const identity = await identityProcess()
  const seen: (string | undefined)[] = []
  const world = await guardWorld({
    ...{ issuer: identity.issuer, door: { access: 'token', role: 'operator' } },
  })
  world.modelServer.app.server.on('request', ({ headers }) => seen.push(headers.authorization))
  try {
    await world.start()
    const as = async (person: string) => ({
      authorization: `Bearer ${await identity.tokenOf(person)}`,
    })
    const nobody = await world.infer(one)
    assert.deepEqual([nobody.status, nobody.body.code], [401, 'NOT_SIGNED_IN'])
    const viewer = await world.infer(one, { headers: await as('viewer') })
    assert.deepEqual([viewer.status, viewer.body.code], [403, 'NOT_AUTHORISED'])
    assert.equal(world.scored.length, 0)
    const operator = await as('operator')
    for (let i = 0; i < 2; i++) {
      assert.equal((await world.infer(one, { headers: operator })).status, 200)
    }
    assert.ok(seen.every((authorization) => authorization === undefined))
    const metadata = await fetch(`${world.url}/v2/models/people`)
    assert.equal(metadata.status, 401)
  } finally {
    await world.close()
    await identity.close()
  }
})

test('a request that is too large, and one too many at once, are told so', async () => {
  const held: (() => void)[] = []
  const slow = createServer((request, response) => {
    if (request.url === '/v2/health/ready') response.end('{}')
    else held.push(() => response.end('{"model_name":"people","outputs":[]}'))
  })
  const port = await freePort()
  slow.listen(port, '127.0.0.1')
  const world = await guardWorld({
    ...{ upstream: `http://127.0.0.1:${port}`, door: { largestBody: 4_000, atOnce: 2 } },
  })
  try {
    await world.start()
    const large = await world.infer(peopleRequest(new Array(1_000).fill([41, 'a'])))
    assert.deepEqual([large.status, large.body.code], [413, 'GUARD_REQUEST_TOO_LARGE'])
    const waiting = [world.infer(one), world.infer(one)]
    while (held.length < 2) await new Promise((resolve) => setTimeout(resolve, 10))
    const third = await world.infer(one)
    assert.deepEqual([third.status, third.body.code], [429, 'TOO_MANY_REQUESTS'])
    for (const answer of held) answer()
    assert.deepEqual(
      (await Promise.all(waiting)).map(({ status }) => status),
      [200, 200],
    )
    held.length = 0
    const later = world.infer(one)
    while (held.length < 1) await new Promise((resolve) => setTimeout(resolve, 10))
    held[0]?.()
    assert.equal((await later).status, 200)
  } finally {
    await world.close()
    slow.closeAllConnections()
    slow.close()
  }
})

test('where batches are whole, one refused row refuses the request', async () => {
  const world = await guardWorld({ guard: { batches: 'whole' } })
  try {
    await world.start()
    const { status, body } = await world.infer(
      peopleRequest([
        [41, 'a'],
        ['old', 'a'],
      ]),
    )
    assert.deepEqual([status, body.code, world.scored.length], [400, 'GUARD_REFUSED', 0])
    assert.match(body.error, /refuses 1 of 2 inputs: 1 wrong type/)
  } finally {
    await world.close()
  }
})
