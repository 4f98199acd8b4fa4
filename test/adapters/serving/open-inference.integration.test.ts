import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, beforeEach, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { confirmServing } from '../../../activities/confirm-serving.ts'
import { openInference } from '../../../adapters/serving/open-inference.ts'
import {
  openInferenceTarget,
  type VersionFiles,
} from '../../../adapters/serving/open-inference-target.ts'
import type { RolloutTarget } from '../../../adapters/serving/rollout-target.ts'
import type { Settings } from '../../../contracts/config.ts'
import { DriftgateError } from '../../../contracts/errors.ts'
import { allTo } from '../../../contracts/traffic.ts'
import { closableProxy } from '../../support/closable-proxy.ts'
import { startMlserver } from '../../support/mlserver-process.ts'

const stump = (threshold: number) => ({ trees: [[[0, threshold, 1, 1, 2], [-2], [2]]] })

/** Files of versions: 1 to 3 load at once, 4 and 5 take their time, of 6 the file is broken. */
const models: Readonly<Record<string, object>> = {
  ...{ 1: stump(100), 2: stump(50), 3: stump(150) },
  ...{ 4: { ...stump(50), loadSeconds: 0.5 }, 5: { ...stump(100), loadSeconds: 0.5 }, 6: {} },
}
const versions: VersionFiles = {
  download: async (_name, version) => Buffer.from(JSON.stringify(models[version])),
}

const targetAt = (url: string, files = versions): RolloutTarget =>
  openInferenceTarget(
    {
      ...{ kind: 'open-inference', url, folder: repository, files: ['model.json'] },
      implementation: 'stump.Stump',
    },
    files,
  )

let repository = ''
let server: Awaited<ReturnType<typeof startMlserver>>
let target: RolloutTarget
before(async () => {
  repository = await mkdtemp(join(tmpdir(), 'driftgate-repository-'))
  server = await startMlserver(repository)
  target = targetAt(server.url)
})
after(async () => {
  await server.stop()
  await rm(repository, { recursive: true })
})

let counted = 0
let place = { name: '', alias: 'champion' }
beforeEach(() => {
  place = { name: `loan-${++counted}`, alias: 'champion' }
})
const goTo = async (version: string) =>
  target.set(place, allTo(version), (await target.read(place)).generation)

/** What was answered while the task ran, request after request from four clients; a failure as its sentence. */
async function askedDuring(task: () => Promise<unknown>): Promise<string[]> {
  const client = openInference(server.url)
  const answers: string[] = []
  let running = true
  const clients = Array.from({ length: 4 }, async () => {
    while (running) {
      await client.infer(place.name, [{ amount: 70 }]).then(
        // Above 50 and below 100: a score tells who gave it.
        ({ version, scores: [score = 0] }) => {
          assert.equal(score > 0.5, version === '2' || version === '4', version)
          answers.push(version)
        },
        (error: Error) => answers.push(String(error.cause)),
      )
    }
  })
  await task()
  running = false
  await Promise.all(clients)
  return answers
}

test('under a stream of requests MLServer swaps versions up and down, and none of them fails', async () => {
  await goTo('1')
  const answers = await askedDuring(async () => {
    for (const version of ['2', '3', '1', '3', '2', '1', '2']) {
      await goTo(version)
      await sleep(150)
    }
  })
  assert.deepEqual(new Set(answers), new Set(['1', '2', '3']))
  assert.ok(answers.length > 50, `${answers.length} requests`)
  const settings = {
    models: { [place.name]: { serving: { url: server.url } } },
  } as unknown as Settings
  const deps = { settings: async () => settings, clock: Date.now }
  await confirmServing(deps, { model: place.name, version: '2' }, { patienceMs: 0 })
})

test('a runtime that lets others run while it loads is asked too soon on the way up, never on the way down', async () => {
  await goTo('1')
  const up = await askedDuring(() => goTo('5'))
  const failed = up.filter((answer) => !/^\d+$/.test(answer))
  assert.ok(failed.length > 0)
  assert.deepEqual(new Set(failed), new Set([notReady]))
  const down = await askedDuring(() => goTo('4'))
  assert.ok(
    down.every((answer) => answer === '5' || answer === '4'),
    down.join(' '),
  )
})

test('a version that cannot be loaded is refused, the one before serves on, and so it is after a restart', async () => {
  await goTo('1')
  const { generation } = await target.read(place)
  const answers = await askedDuring(async () => {
    const broken = target.set(place, allTo('6'), generation)
    await assert.rejects(
      broken,
      (error) => isCode('ROLLOUT_REJECTED')(error) && /trees/.test(`${error}`),
    )
  })
  // While MLServer takes a higher version back that it could not load, it takes it for the one to ask.
  assert.ok(answers.every((answer) => answer === '1' || answer === notReady))
  assert.deepEqual(new Set(await askedDuring(() => sleep(100))), new Set(['1']))
  assert.equal((await target.read(place)).version, '1')
  assert.equal(await pointedTo(), '1')
})

test('killed before the server was told, the old version is there, and the change can be repeated or given up', async () => {
  await goTo('1')
  const { generation } = await target.read(place)
  const way = await closableProxy(server.url)
  // The files come, and then the server is not to be reached any more.
  const dying = targetAt(way.url, {
    async download(...asked) {
      way.shut()
      return versions.download(...asked)
    },
  })
  const die = async () => {
    await assert.rejects(dying.set(place, allTo('2'), generation), isCode('ROLLOUT_UNREACHABLE'))
    way.open()
  }
  await die()
  assert.deepEqual([(await target.read(place)).version, await pointedTo()], ['1', '2'])
  await target.set(place, allTo('1'), generation)
  assert.equal(await pointedTo(), '1')
  await die()
  assert.equal((await target.set(place, allTo('2'), generation)).version, '2')
  await way.close()
})

test('a name that would lead elsewhere is refused', async () => {
  place = { name: '..', alias: 'champion' }
  await assert.rejects(target.set(place, allTo('1'), 'champion=none'))
})

/** What the server would load when it is started now. */
async function pointedTo(): Promise<string> {
  const text = await readFile(join(repository, place.name, 'model-settings.json'), 'utf8')
  return (JSON.parse(text) as { parameters: { version: string } }).parameters.version
}

/** What MLServer 1.7.1 answers while a version is not ready. */
const notReady = 'Error: HTTP 400'

const isCode = (code: string) => (error: unknown) =>
  error instanceof DriftgateError && error.code === code
