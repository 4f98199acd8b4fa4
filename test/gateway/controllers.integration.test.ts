import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { parse } from 'yaml'
import { currentConfigVersion } from '../../adapters/postgres/config-versions.ts'
import { recordVerdict } from '../../adapters/postgres/verdicts.ts'
import type { VerdictName } from '../../contracts/report.ts'
import { driftReport } from '../reports/examples.ts'
import { type GatewayWorld, gatewayWorld } from '../support/gateway-world.ts'

const token = 'token-of-controllers-7f3a'
process.env['TEST_CONTROLLER_TOKEN'] = token
let world: GatewayWorld
before(async () => {
  world = await gatewayWorld({ controllerToken: { env: 'TEST_CONTROLLER_TOKEN' } })
  await world.gate.open()
})
after(() => world?.close())

const example = (name: string) =>
  parse(readFileSync(new URL(`../../examples/ci/${name}`, import.meta.url), 'utf8'))

interface Webhook {
  readonly type: string
  readonly url: string
  readonly metadata: Record<string, string>
}

/** What Flagger sends for a webhook of the example, as its documentation shows the payload. */
async function flagger(type: string, metadata: Record<string, string> = {}, change: object = {}) {
  const webhooks: Webhook[] = example('flagger.yaml').spec.analysis.webhooks
  const webhook = webhooks.find((each) => each.type === type)
  assert.ok(webhook, `the example has no webhook ${type}`)
  const payload = {
    ...{ name: 'podinfo', namespace: 'test', phase: 'Progressing', checksum: '85d557f47b' },
    metadata: { ...webhook.metadata, model: 'm', token, ...metadata },
    ...change,
  }
  const response = await fetch(world.url + new URL(webhook.url).pathname, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(payload),
  })
  return { status: response.status, body: (await response.json()) as Record<string, string> }
}

async function argo(query: string, authorization = `Bearer ${token}`) {
  const { url, headers } = example('argo-rollouts.yaml').spec.metrics[0].provider.web
  assert.equal(headers[0].key, 'Authorization')
  const path = new URL(url).pathname.replace(encodeURIComponent('{{args.model}}'), 'm')
  const response = await fetch(`${world.url}${path}${query}`, { headers: { authorization } })
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into whatever came
  return { status: response.status, body: (await response.json()) as any }
}

test('nobody is answered without the token, or with another one', async () => {
  const wrong = await flagger('confirm-promotion', { token: `${token}!` })
  assert.deepEqual([wrong.status, wrong.body['code']], [401, 'NOT_SIGNED_IN'])
  assert.ok(!JSON.stringify(wrong.body).includes(token))
  assert.equal((await flagger('rollback', {}, { metadata: { model: 'm' } })).status, 401)
  assert.equal((await argo('?since=2h', 'Bearer x')).status, 401)
  const viewer = `Bearer ${await world.identity.tokenOf('viewer')}`
  assert.equal((await argo('?since=2h', viewer)).status, 200)
})

test('a token of a controller is good for nothing else', async () => {
  for (const path of ['models', 'releases/m/1', 'config']) {
    const { status } = await world.ask(null, path, { bearer: token })
    assert.equal(status, 401, path)
  }
})

test('while people are asked, neither the gate opens nor is anything rolled back', async () => {
  const confirm = await flagger('confirm-promotion')
  assert.deepEqual([confirm.status, confirm.body['code']], [409, 'GATE_CLOSED'])
  assert.match(confirm.body['detail'] ?? '', /m\/1 waits for people to approve version 2/)
  const back = await flagger('rollback')
  assert.deepEqual([back.status, back.body['code']], [409, 'ROLLBACK_NOT_ASKED'])
})

test('what names no release of that version opens nothing and rolls nothing back', async () => {
  for (const type of ['confirm-promotion', 'rollback']) {
    const other = await flagger(type, { version: '7' })
    assert.deepEqual([other.status, other.body['code']], [404, 'RELEASE_UNKNOWN'])
    const both = await flagger(type, { version: '7', release: 'm/1' })
    assert.deepEqual([both.status, both.body['code']], [409, 'GATE_CLOSED'])
    const model = await flagger(type, {}, { metadata: { model: 'm', token } })
    assert.deepEqual([model.status, model.body['code']], [400, 'REQUEST_INVALID'])
    const unknown = await flagger(type, { model: 'nobody' })
    assert.equal(unknown.body['code'], 'MODEL_UNKNOWN')
  }
  const { status } = await flagger('confirm-promotion', {}, { name: 7 })
  assert.equal(status, 400)
})

test('an event is noted, with the metadata that Flagger adds', async () => {
  const event = { eventMessage: 'New revision', eventType: 'Normal', timestamp: '1607507634000' }
  assert.equal((await flagger('event', event)).status, 200)
})

test('no data is inconclusive for Argo: neither condition of the example holds', async () => {
  const { successCondition, failureCondition, provider } =
    example('argo-rollouts.yaml').spec.metrics[0]
  assert.equal(provider.web.jsonPath, '{$.verdict}')
  const { status, body } = await argo('?since=2h')
  assert.equal(status, 200)
  assert.equal(body.verdict, 'UNDECIDED')
  // The two conditions compare with one text each.
  assert.deepEqual(
    [successCondition, failureCondition],
    ['result == "NO_DRIFT"', 'result == "DRIFT"'],
  )
  assert.equal((await argo('')).status, 400)
  assert.equal((await argo('?since=soon')).status, 400)
})

test('the worst window since then is the answer to Argo, and to the command line', async () => {
  const version = await currentConfigVersion(world.gate.db)
  const at = (day: number) => `2024-01-0${day}T00:00:00.000Z`
  const days: VerdictName[] = ['DRIFT', 'DATA_QUALITY', 'NO_DRIFT', 'INSUFFICIENT_DATA', 'NO_DRIFT']
  for (const [index, verdict] of days.entries()) {
    const window = { start: at(index + 1), end: at(index + 2) }
    const report = { ...driftReport, model: 'm', verdict, window, headline: `day ${index + 1}` }
    await recordVerdict(world.gate.db, version!.id, { report, looks: {}, known: 0 })
  }
  for (const [day, verdict, windows] of [
    [1, 'DRIFT', 5],
    [2, 'DATA_QUALITY', 4],
    [3, 'UNDECIDED', 3],
    [5, 'NO_DRIFT', 1],
  ] as const) {
    const { body } = await argo(`?since=${at(day)}`)
    assert.deepEqual([body.verdict, body.headline], [verdict, 'day 5'])
    const listed = await world.ask('viewer', `models/m/verdicts?since=${at(day)}`)
    assert.equal(listed.body.verdicts.length, windows)
  }
  assert.equal((await world.ask('viewer', 'models/m/verdicts')).body.verdicts.length, 5)
})

test('a plan needs no more than a viewer, changes nothing, and names what would be asked for', async () => {
  const current = await currentConfigVersion(world.gate.db)
  const written = JSON.parse(current!.text)
  const text = JSON.stringify({
    ...written,
    models: {
      m: { ...written.models.m, retraining: { policy: 'never' }, approval: { expiry: '2h' } },
    },
  })
  const body = { file: 'driftgate.yaml', text }
  const plan = await world.ask('viewer', 'config/plan', { method: 'POST', body })
  assert.equal(plan.status, 200, JSON.stringify(plan.body))
  const [gate] = plan.body.gates
  assert.deepEqual([gate.direction, gate.inForce, gate.pending], ['looser', false, null])
  assert.ok(plan.body.differences.length > 0)
  assert.equal((await currentConfigVersion(world.gate.db))?.id, current?.id)
  const refused = await world.ask('viewer', 'config', { method: 'PUT', body })
  assert.equal(refused.status, 403)
})

test('approved for exactly that version, the gate is open', async () => {
  const { body: shown } = await world.ask('viewer', 'releases/m/1')
  const decision = { answer: 'approve', digest: shown.evidenceDigest, reason: 'seen' }
  const said = { method: 'POST', body: decision } as const
  const outcome = await world.ask('approver', 'releases/m/1/decisions', said)
  assert.equal(outcome.body.outcome, 'APPROVED', JSON.stringify(outcome.body))
  assert.equal((await world.gate.result()).state, 'promoted')
  for (const metadata of [{ version: '2' }, { release: 'm/1' }, { version: '2', release: 'm/1' }]) {
    const { status, body } = await flagger('confirm-promotion', metadata)
    assert.equal(status, 200, JSON.stringify(body))
    assert.deepEqual([body['release'], body['version']], ['m/1', '2'])
  }
  assert.equal((await flagger('rollback')).status, 409)
})

test('once another version is in its place, the approval of before opens nothing', async () => {
  await world.gate.db.query(
    `insert into promotions (model, version, previous_version, expected_generation, generation, moved_at)
     values ('m', '1', '2', '2', '3', now())`,
  )
  const { status, body } = await flagger('confirm-promotion')
  assert.deepEqual([status, body['code']], [409, 'GATE_CLOSED'])
  assert.match(body['detail'] ?? '', /version 1 is in its place/)
})

test('a release that ended without its version rolls back, however it ended', async () => {
  for (const state of ['rejected', 'expired', 'void', 'failed']) {
    await world.gate.db.query('update releases set state = $1', [state])
    const { status, body } = await flagger('rollback')
    assert.equal(status, 200, JSON.stringify(body))
    assert.match(body['sentence'] ?? '', new RegExp(`^m/1 ended without version 2: ${state}`))
    assert.equal((await flagger('confirm-promotion')).status, 409)
  }
})
