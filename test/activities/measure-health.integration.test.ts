import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { measureHealth } from '../../activities/measure-health.ts'
import type { ScanDeps } from '../../activities/scan-deps.ts'
import { ensureTopic } from '../../adapters/kafka/admin.ts'
import { kafkaClient } from '../../adapters/kafka/cluster.ts'
import { summedStep } from '../../adapters/postgres/rollout-sums.ts'
import type { ModelSettings } from '../../contracts/config.ts'
import type { HealthQuestion } from '../../contracts/rollout.ts'
import { modelRollout } from '../../contracts/rollout-settings.ts'
import type { HealthChildInput } from '../support/health-child.ts'
import { mulberry32 } from '../support/mulberry32.ts'
import { scanWorld, values } from '../support/scan-world.ts'

const child = fileURLToPath(new URL('../support/health-child.ts', import.meta.url))
const world = await scanWorld({ labels: null })
after(() => world.close())

const shadowTopic = `${world.topic}-shadow`
const began = new Date()

function modelWith(rollout: Record<string, unknown> = {}): ModelSettings {
  const health = { minimumRequests: 100, ...(rollout['health'] as object) }
  const steps = [{ shadow: '1m' }, { share: 10, for: '1m' }]
  return { ...world.model, rollout: modelRollout.parse({ steps, ...rollout, health }) }
}

const depsOf = (model: ModelSettings, more: Partial<ScanDeps> = {}): ScanDeps => ({
  ...world.deps,
  settings: async () => ({ id: 1, settings: { models: { m: model } } as never }),
  ...more,
})
const model = modelWith()
const deps = depsOf(model)

/** A step of a release of its own; each reads the log for itself. */
const question = (more: Partial<HealthQuestion> = {}): HealthQuestion => ({
  ...{ model: 'm', release: `m/${randomBytes(4).toString('hex')}`, step: 1 },
  ...{ stable: '1', candidate: '2', shadow: false, from: began.toISOString() },
  ...more,
})

/** Answers as a model server logs them: of every tenth the candidate, which fails more often; a failure has no score. */
function answers(count: number, seed: number, more: { shift?: number } = {}) {
  const next = mulberry32(seed)
  return Array.from({ length: count }, (_, i) => {
    const version = i % 10 === 0 ? '2' : '1'
    const [amount, plan, score] = values(next, version === '2' ? (more.shift ?? 0) : 0)
    const failed = next() < (version === '2' ? 0.05 : 0.02)
    const latencyMs = 20 - 10 * Math.log(1 - next())
    return {
      ...{ id: `${seed}-${i}`, time: new Date().toISOString(), model: 'm', version },
      ...{ features: { amount, plan }, latencyMs },
      ...(failed
        ? { error: next() < 0.5 ? 'it broke' : { code: 13 } }
        : { score: score as number }),
    }
  })
}

const records = (all: readonly object[]) =>
  all.map((value, i) => ({ partition: i % 2, value: JSON.stringify(value) }))

/** The same sums by a plain count of what was sent. */
function counted(all: ReturnType<typeof answers>, version: string) {
  const own = all.filter((answer) => answer.version === version)
  const total = (numbers: readonly number[]) => numbers.reduce((sum, number) => sum + number, 0)
  const scores = own.flatMap((answer) => ('score' in answer ? [answer.score as number] : []))
  return {
    requests: own.length,
    failures: own.filter((answer) => 'error' in answer).length,
    latency: total(own.map(({ latencyMs }) => latencyMs)),
    squares: total(own.map(({ latencyMs }) => latencyMs ** 2)),
    scores: [scores.length, total(scores)],
  }
}

async function summed(of: HealthQuestion) {
  const step = await summedStep(world.database.pool, of)
  assert.ok(step !== null)
  const { stable, candidate, unreadable, others } = step.sums
  const told = ({ requests, failures, latency, scores }: typeof stable) => ({
    ...{ requests, failures, latency: latency.sum, squares: latency.squares },
    scores: [scores.n, scores.sum],
  })
  return { stable: told(stable), candidate: told(candidate), unreadable, others, step }
}

/** Equal but for the rounding of sums in another order. */
function sameTally(found: unknown, expected: unknown): void {
  const rounded = (value: unknown) =>
    JSON.parse(JSON.stringify(value), (_, one) =>
      typeof one === 'number' ? Number(one.toPrecision(10)) : one,
    )
  assert.deepEqual(rounded(found), rounded(expected))
}

test('before anything is read there is not enough data', async () => {
  const health = await measureHealth(deps, question())
  assert.equal(health.state, 'NOT_ENOUGH_DATA')
  assert.deepEqual(health.requests, { stable: 0, candidate: 0 })
})

const first = answers(2_000, 1)
const second = answers(2_000, 2)
const all = [...first, ...second]

test('both arms are what a plain count says, over two looks and with garbage in between', async () => {
  const before = answers(100, 3).map((value) => ({ value: JSON.stringify(value), partition: 0 }))
  const early = String(began.getTime() - 60_000)
  await world.send(before.map((record) => ({ ...record, timestamp: early })))
  const asked = question()
  await world.send(records(first))
  const odd = { id: 'x', time: new Date().toISOString(), model: 'm', features: {}, score: 1 }
  await world.send([
    { value: 'not json', partition: 0 },
    { value: JSON.stringify({ ...odd, version: '7' }), partition: 1 },
    { value: JSON.stringify({ ...odd, model: 'other', version: '1' }), partition: 1 },
  ])
  await measureHealth(deps, asked)
  await world.send(records(second))
  const health = await measureHealth(deps, asked)
  const found = await summed(asked)
  sameTally(found.stable, counted(all, '1'))
  sameTally(found.candidate, counted(all, '2'))
  assert.deepEqual([found.unreadable, found.others], [1, 1])
  assert.deepEqual(health.requests, { stable: 3_600, candidate: 400 })
  assert.equal(health.measures.find(({ measure }) => measure === 'inputs')?.state, 'HEALTHY')
})

test('four who look at once count everything once', async () => {
  const asked = question()
  const looks = Array.from({ length: 4 }, () => measureHealth(deps, asked, { records: 300 }))
  await Promise.all(looks)
  const found = await summed(asked)
  sameTally(found.stable, counted(all, '1'))
  sameTally(found.candidate, counted(all, '2'))
  const next = Object.values(found.step.heads[world.topic]?.next ?? {}).map(Number)
  assert.equal(
    next.reduce((sum, offset) => sum + offset, 0),
    4_103,
    'every offset was passed',
  )
})

for (const phase of ['before slice', 'after slice'] as const) {
  test(`a worker that is killed ${phase} counts nothing twice and loses nothing`, async () => {
    const asked = question()
    const { broker, database } = world
    const input: HealthChildInput = {
      broker,
      database: database.url,
      model,
      question: asked,
      phase,
    }
    const running = spawn(process.execPath, [child, JSON.stringify(input)], {
      stdio: ['ignore', 'inherit', 'inherit'],
    })
    const [, signal] = await once(running, 'exit')
    assert.equal(signal, 'SIGKILL')
    const { step } = await summed(asked)
    assert.equal(step.revision, phase === 'before slice' ? 1 : 2)
    const health = await measureHealth(deps, asked)
    const found = await summed(asked)
    sameTally(found.candidate, counted(all, '2'))
    sameTally(found.stable, counted(all, '1'))
    const again = await measureHealth(deps, asked)
    assert.deepEqual(
      { ...again, until: '' },
      { ...health, until: '' },
      'a repeated look is the same',
    )
  })
}

test('a step that is entered again begins anew', async () => {
  const asked = question()
  await measureHealth(deps, asked)
  const from = new Date(Date.now() + 60_000).toISOString()
  const later = await measureHealth(deps, { ...asked, from })
  assert.deepEqual(later.requests, { stable: 0, candidate: 0 })
})

test('after the steps nobody wonders that the versions were asked at other times', async () => {
  const watched = await measureHealth(deps, question({ step: 2 }))
  assert.deepEqual(watched.requests, { stable: 3_600, candidate: 400 })
  const inputs = watched.measures.find(({ measure }) => measure === 'inputs')
  assert.match(inputs?.reason ?? '', /at other times/)
})

test('a shadow answers in a topic of its own, and a bad one is stopped', async () => {
  await ensureTopic([world.broker], shadowTopic, 1)
  const producer = kafkaClient([world.broker]).producer()
  await producer.connect()
  const bad = answers(1_000, 4).map((answer) => ({ ...answer, version: '2', error: 'always' }))
  await producer.send({
    topic: shadowTopic,
    messages: bad.map((answer) => ({ value: JSON.stringify(answer) })),
  })
  await producer.disconnect()
  const asked = question({ step: 0, shadow: true })
  const health = await measureHealth(depsOf(modelWith({ shadowTopic })), asked)
  assert.deepEqual(health.requests, { stable: 3_600, candidate: 1_000 })
  assert.equal(health.state, 'UNHEALTHY')
  assert.match(health.reason, /100 % of its requests failed/)
})

test('versions that were asked differently are not compared, however bad one looks', async () => {
  const from = new Date().toISOString()
  const other = answers(6_000, 5, { shift: 1 }).map((answer) =>
    answer.version === '2' ? { ...answer, error: 'always' } : answer,
  )
  await world.send(records(other))
  const health = await measureHealth(deps, question({ from }))
  assert.equal(health.state, 'NOT_ENOUGH_DATA')
  assert.match(health.reason, /asked differently: amount/)
  const unasked = depsOf(modelWith({ health: { inputs: false } }))
  assert.equal((await measureHealth(unasked, question({ from }))).state, 'UNHEALTHY')
})
