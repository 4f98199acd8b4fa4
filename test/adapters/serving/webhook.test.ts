import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { rolloutWebhook } from '../../../adapters/serving/webhook.ts'
import { DriftgateError } from '../../../contracts/errors.ts'
import { allTo } from '../../../contracts/traffic.ts'
import { startReceiver } from '../../../examples/rollout-webhook/receiver.ts'

const secret = `whsec_${randomBytes(32).toString('base64')}`
const folder = mkdtempSync(join(tmpdir(), 'driftgate-traffic-'))
const receiver = await startReceiver({ folder, secret })
after(async () => {
  await receiver.close()
  rmSync(folder, { recursive: true })
})

const place = { name: 'loan', alias: 'champion' }
const settings = { kind: 'webhook', secret: { env: 'SECRET' } } as const
const plain = { shadow: false, split: false, compareAndSwap: true }
const open = (url: string, abilities = plain, key = secret) =>
  rolloutWebhook({ ...settings, ...abilities, url }, { secret: () => key })

const isCode = (code: string) => (error: unknown) =>
  error instanceof DriftgateError && error.code === code

type Mishap = [status: number, body: string] | 'lost' | null

/** Hands requests on to the receiver, or answers itself what `mishap` says. */
async function between(mishap: (type: string) => Mishap | Promise<Mishap>) {
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    const { type } = JSON.parse(body) as { type: string }
    const found = await mishap(type)
    if (Array.isArray(found)) return void response.writeHead(found[0]).end(found[1])
    const headers = new Headers()
    for (const [name, value] of Object.entries(request.headers)) {
      if (name.startsWith('webhook-')) headers.set(name, String(value))
    }
    const answer = await fetch(receiver.url, { method: 'POST', headers, body })
    const text = await answer.text()
    if (found === 'lost') return void request.socket.destroy()
    response.writeHead(answer.status).end(text)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}/`, close: () => server.close() }
}

test('a change whose answer was lost is made, and can be repeated', async () => {
  let lost = 1
  const proxy = await between((type) => (type === 'traffic.set' && lost-- > 0 ? 'lost' : null))
  const target = open(proxy.url)
  const { generation } = await target.read(place)
  await assert.rejects(
    target.set(place, allTo('1'), generation),
    (error) =>
      error instanceof DriftgateError &&
      error.code === 'ROLLOUT_UNREACHABLE' &&
      error.entry.retryable,
  )
  assert.equal((await open(receiver.url).read(place)).version, '1')
  assert.equal((await target.set(place, allTo('1'), generation)).version, '1')
  proxy.close()
})

test('what somebody else changes between the look and the change is found by the service', async () => {
  const target = open(receiver.url)
  const { generation } = await target.set(place, allTo('1'), (await target.read(place)).generation)
  let first = true
  const proxy = await between(async (type) => {
    if (type === 'traffic.set' && first) {
      first = false
      await target.set(place, allTo('2'), generation)
    }
    return null
  })
  const racing = open(proxy.url).set(place, allTo('3'), generation)
  await assert.rejects(racing, isCode('RELEASE_STALE'))
  assert.equal((await target.read(place)).version, '2')
  proxy.close()
})

test('what the settings do not say it cannot do, and nobody is asked', async () => {
  const target = open('http://127.0.0.1:1')
  const canary = { version: '2', percent: 5 }
  for (const traffic of [
    { ...allTo('1'), canary },
    { ...allTo('1'), shadow: '2' },
  ]) {
    await assert.rejects(target.set(place, traffic, '0'), isCode('ROLLOUT_UNABLE'))
  }
})

test('a refusal is told from a service that is busy, and from an answer that is none', async () => {
  for (const [answer, code] of [
    [[400, '{"reason":"it is frozen"}'], 'ROLLOUT_REJECTED'],
    [[429, ''], 'ROLLOUT_UNREACHABLE'],
    [[503, ''], 'ROLLOUT_UNREACHABLE'],
    [[302, ''], 'ROLLOUT_UNREACHABLE'],
    [[200, '{}'], 'ROLLOUT_UNREADABLE'],
    [
      [200, '{"traffic":{"stable":"1","canary":{"version":"2","percent":0}},"generation":"1"}'],
      'ROLLOUT_UNREADABLE',
    ],
  ] as [[number, string], string][]) {
    const proxy = await between(() => answer)
    await assert.rejects(open(proxy.url).read(place), isCode(code))
    proxy.close()
  }
  const other = open(receiver.url, plain, `whsec_${randomBytes(32).toString('base64')}`)
  await assert.rejects(other.read(place), isCode('ROLLOUT_REJECTED'))
  await assert.rejects(
    open(receiver.url, plain, 'short').read(place),
    isCode('CONFIG_SECRET_INVALID'),
  )
})
