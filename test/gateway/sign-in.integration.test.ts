import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { after, before, test } from 'node:test'
import { SignJWT } from 'jose'
import { openIdentity } from '../../adapters/identity/index.ts'
import { settingsSchema } from '../../contracts/config.ts'
import { freePort } from '../../deploy/local/free-port.ts'
import { type GatewayWorld, gatewayWorld } from '../support/gateway-world.ts'

let world: GatewayWorld
before(async () => {
  world = await gatewayWorld({ workerless: true })
})
after(() => world?.close())

const me = (bearer: string) => world.ask(null, 'me', { bearer })

test('each ready-made person signs in with the roles it has', async () => {
  const roles = {
    viewer: ['viewer'],
    approver: ['approver', 'viewer'],
    'other-approver': ['approver', 'viewer'],
    operator: ['operator', 'viewer'],
  }
  for (const [person, wanted] of Object.entries(roles)) {
    const { status, body } = await world.ask(person, 'me')
    assert.equal(status, 200)
    assert.equal(body.subject, person)
    assert.deepEqual(body.roles, wanted)
  }
  await assert.rejects(world.identity.tokenOf('somebody'), /there is no such person/)
})

test('a token outlives a restart of the identity server', async () => {
  const token = await world.identity.tokenOf('viewer')
  await world.identity.restart()
  assert.equal((await me(token)).status, 200)
})

test('no token, a damaged one, and one that another key signed are nobody', async () => {
  const good = await world.identity.tokenOf('approver')
  const [header, payload, signature] = good.split('.')
  const claims = JSON.parse(Buffer.from(payload!, 'base64url').toString())
  const { kid } = JSON.parse(Buffer.from(header!, 'base64url').toString())
  const promoted = Buffer.from(JSON.stringify({ ...claims, roles: ['operator'] }))
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const sign = (changes: object, alg = 'RS256') =>
    new SignJWT({ ...claims, ...changes }).setProtectedHeader({ alg, kid }).sign(privateKey)
  const none = Buffer.from('{"alg":"none"}').toString('base64url')
  const bad: Record<string, string> = {
    nonsense: 'nonsense',
    edited: `${header}.${promoted.toString('base64url')}.${signature}`,
    unsigned: `${none}.${payload}.`,
    forged: await sign({}),
    otherKey: await new SignJWT(claims)
      .setProtectedHeader({ alg: 'RS256', kid: 'unknown' })
      .sign(privateKey),
    symmetric: await new SignJWT(claims)
      .setProtectedHeader({ alg: 'HS256', kid })
      .sign(new TextEncoder().encode(kid.repeat(4))),
  }
  for (const [name, token] of Object.entries(bad)) {
    const { status, body } = await me(token)
    assert.equal(status, 401, name)
    assert.equal(body.code, 'NOT_SIGNED_IN', name)
    assert.ok(!JSON.stringify(body).includes(token.slice(-20)), 'no token is printed')
  }
  const absent = await world.ask(null, 'me')
  assert.equal(absent.body.code, 'NOT_SIGNED_IN')
  assert.equal(absent.body.instance, '/v1/me')
})

test('a token for another audience is nobody here', async () => {
  const { issuer } = world.identity
  const url = world.url
  const gateway = settingsSchema.shape.gateway.parse({ url, issuer, audience: 'another-service' })
  await assert.rejects(
    openIdentity(gateway).verifyBearer(await world.identity.tokenOf('approver')),
    { code: 'NOT_SIGNED_IN' },
  )
})

test('an identity provider that does not answer is said to be so, and asked again', async () => {
  const issuer = `http://127.0.0.1:${await freePort()}`
  const gateway = settingsSchema.shape.gateway.parse({ url: world.url, issuer })
  const identity = openIdentity(gateway)
  const token = await world.identity.tokenOf('viewer')
  await assert.rejects(identity.verifyBearer(token), { code: 'IDENTITY_UNREACHABLE' })
  await assert.rejects(identity.verifyBearer(token), { code: 'IDENTITY_UNREACHABLE' })
})

test('every route but the way to sign in wants a person, and work wants an operator', async () => {
  for (const path of ['models', 'models/m', 'models/m/incidents', 'releases', 'config', 'me']) {
    assert.equal((await world.ask(null, path)).status, 401, path)
  }
  assert.equal((await world.ask(null, 'sign-in')).body.issuer, world.identity.issuer)
  const work = [
    ['POST', 'models/m/scan', {}],
    ['POST', 'models/m/retrain', { reason: 'x' }],
    ['PUT', 'config', { file: 'x', text: '' }],
  ] as const
  for (const [method, path, body] of work) {
    const { status, body: problem } = await world.ask('approver', path, { method, body })
    assert.equal(status, 403, path)
    assert.match(problem.detail, /needs the role operator/)
  }
})
