import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { before, describe, test } from 'node:test'
import { type MlflowClient, mlflowClient } from '../../../adapters/mlflow/client.ts'
import { writeModelTag } from '../../../adapters/mlflow/registered-model.ts'
import { mlflowRegistry } from '../../../adapters/registry/mlflow.ts'
import { mlflowAlias } from '../../../adapters/serving/mlflow-alias.ts'
import { DriftgateError } from '../../../contracts/errors.ts'
import { allTo, type Traffic, trafficInWords } from '../../../contracts/traffic.ts'
import { servers } from '../../support/servers.ts'

const name = `trial-${randomBytes(6).toString('hex')}`
before(async () => {
  const registry = mlflowRegistry(servers().mlflow)
  for (const runKey of ['aaa', 'bbb', 'ccc']) {
    await registry.register({ name, runKey, files: new Map(), metrics: {}, tags: {} })
  }
})
let places = 0
/** An alias of its own, which names nothing yet. */
const newPlace = () => ({ name, alias: `alias-${++places}` })

const state = (stable: string, canary: string | null, shadow: string | null = null): Traffic => ({
  stable,
  canary: canary === null ? null : { version: canary, percent: 10 },
  shadow,
})

/** Dies at that write, from 0: before it is sent, or after it with the answer lost. */
function dying(at: number, sent: boolean): MlflowClient {
  const client = mlflowClient(servers().mlflow)
  let writes = 0
  async function write(send: () => Promise<unknown>): Promise<unknown> {
    const dies = writes++ === at
    if (!dies || sent) await send()
    if (dies) throw new Error('the worker dies')
    return {}
  }
  return {
    ...client,
    post: (path, body) => write(() => client.post(path, body)),
    remove: (path, body) => write(() => client.remove(path, body)),
  }
}

describe('alias and tag of MLflow', { concurrency: true }, () => {
  for (const [old, wanted] of [
    [allTo('1'), state('1', '2')],
    [state('1', '2'), allTo('2')],
    [state('1', null, '2'), allTo('2')],
    [state('1', '2'), state('2', '3')],
    [state('1', '2'), state('3', '1', '2')],
    [state('1', '2'), allTo('1')],
  ] as const) {
    test(`killed at any write from ${trafficInWords(old)} to ${trafficInWords(wanted)}, it is one of the two and can be repeated`, async () => {
      const place = newPlace()
      const target = mlflowAlias(servers().mlflow)
      const seen = new Set<string>()
      let died = true
      for (let at = 0; died; at++) {
        died = false
        for (const sent of [false, true]) {
          const { generation } = await target.set(place, old, (await target.read(place)).generation)
          const broken = mlflowAlias(servers().mlflow, dying(at, sent))
          const change = broken.set(place, wanted, generation).catch((error: Error) => {
            assert.equal(error.message, 'the worker dies')
            died = true
          })
          await change
          const { traffic } = await target.read(place)
          seen.add(trafficInWords(traffic))
          const repeated = await target.set(place, wanted, generation)
          assert.deepEqual(repeated.traffic, wanted)
        }
      }
      assert.deepEqual([...seen].toSorted(), [old, wanted].map(trafficInWords).toSorted())
    })
  }

  test('what is left of a change that was given up is never in force under another version', async () => {
    const place = newPlace()
    const target = mlflowAlias(servers().mlflow)
    const { generation } = await target.set(place, allTo('1'), `${place.alias}=none`)
    const broken = mlflowAlias(servers().mlflow, dying(1, false))
    await assert.rejects(broken.set(place, state('2', '3'), generation))
    const states: Traffic[] = []
    const client = mlflowClient(servers().mlflow)
    const watch = async (sent: Promise<unknown>) => {
      const answer = await sent
      states.push((await target.read(place)).traffic)
      return answer
    }
    const watched = mlflowAlias(servers().mlflow, {
      ...client,
      post: (path, body) => watch(client.post(path, body)),
      remove: (path, body) => watch(client.remove(path, body)),
    })
    await watched.set(place, allTo('2'), generation)
    assert.deepEqual(new Set(states.map(trafficInWords)), new Set(['version 1', 'version 2']))
  })

  test('an alias that somebody moves by hand ends the shares', async () => {
    const place = newPlace()
    const target = mlflowAlias(servers().mlflow)
    const { generation } = await target.set(place, state('1', '2'), `${place.alias}=none`)
    await mlflowRegistry(servers().mlflow).setAlias(place.name, place.alias, '3')
    const found = await target.read(place)
    assert.deepEqual(found.traffic, allTo('3'))
    const late = target.set(place, allTo('2'), generation)
    await assert.rejects(late, isCode('RELEASE_STALE'))
  })

  test('a tag that says nothing is an error that says what to do, and nothing moves', async () => {
    const place = newPlace()
    const target = mlflowAlias(servers().mlflow)
    const { generation } = await target.set(place, allTo('1'), `${place.alias}=none`)
    const client = mlflowClient(servers().mlflow)
    const tag = `driftgate.traffic.${place.alias}`
    for (const [text, reason] of [
      ['10% to 2', /it is no JSON/],
      ['{"canary":"2"}', /the whole: .*array/],
      [
        '[{"stable":"1","canary":{"version":"two","percent":10},"shadow":null}]',
        /0\.canary.version/,
      ],
      [
        '[{"stable":"1","canary":{"version":"2","percent":100},"shadow":null}]',
        /0\.canary.percent/,
      ],
    ] as const) {
      await writeModelTag(client, place.name, tag, text)
      for (const ask of [
        () => target.read(place),
        () => target.set(place, allTo('2'), generation),
      ]) {
        await assert.rejects(
          ask,
          (error) => isCode('ROLLOUT_UNREADABLE')(error) && reason.test(`${error}`),
        )
      }
      await writeModelTag(client, place.name, tag, null)
      assert.deepEqual((await target.read(place)).traffic, allTo('1'))
    }
  })
})

const isCode = (code: string) => (error: unknown) =>
  error instanceof DriftgateError && error.code === code
