import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { mlflowClient } from '../../adapters/mlflow/client.ts'
import { currentSettings } from '../../adapters/postgres/config-versions.ts'
import { latestMoved } from '../../adapters/postgres/promotions.ts'
import { mlflowRegistry } from '../../adapters/registry/mlflow.ts'
import { tellSteward } from '../../adapters/temporal/messages.ts'
import { makeSchedulesMatch } from '../../adapters/temporal/schedules.ts'
import { workflowId } from '../../contracts/messages.ts'
import { gateWorker } from '../support/gate-worker.ts'
import { gateWorld } from '../support/gate-world.ts'
import { servers } from '../support/servers.ts'
import { toldRounds } from '../support/told-rounds.ts'
import { jobFolder } from '../support/training-cluster.ts'
import { trainingRun } from '../support/training-run.ts'

const cleanUps: (() => Promise<unknown>)[] = []
after(async () => {
  for (const cleanUp of cleanUps.reverse()) await cleanUp()
})

const url = servers().mlflow
const mlflow = mlflowClient(url)

/** A registered model whose alias is moved as anybody could, without us. */
async function registered() {
  const name = `moved-${randomBytes(6).toString('hex')}`
  const folder = await jobFolder()
  cleanUps.push(folder.remove)
  const run = await trainingRun(folder.path, {
    ...{ model: name, runKey: 'aaaaaaaaaaaa', threshold: 50, truth: 50 },
  })
  const files = new Map<string, Uint8Array>()
  for (const file of ['model.json', 'parity.json']) {
    files.set(file, await readFile(join(run, file)))
  }
  const register = async (runKey: string, of: ReadonlyMap<string, Uint8Array> = files) =>
    (await mlflowRegistry(url).register({ name, runKey, files: of, metrics: {}, tags: {} })).version
  const versions = [await register('a'), await register('b'), await register('c')]
  assert.deepEqual(versions, ['1', '2', '3'])
  const withoutParity = await register('d', new Map([['model.json', files.get('model.json')!]]))
  const move = (version: string) =>
    mlflow.post('registered-models/alias', { name, alias: 'champion', version })
  await move('1')
  return { name, move, withoutParity }
}

/** The model `m` at its gate, with candidate 2, in front of the alias of a real MLflow. */
async function house() {
  const { name, ...model } = await registered()
  const world = await gateWorld({ workerless: true, registry: { name } })
  cleanUps.push(() => world.close())
  const registry = { kind: 'mlflow', url } as const
  const worker = await gateWorker({ ...world.workerInput, looksForTrouble: true, registry })
  cleanUps.push(() => worker.stop())
  const { client, prefix } = world.environment
  const { settings } = await currentSettings(world.db)
  const temporal = { ...settings.temporal, prefix }
  await makeSchedulesMatch(client, { temporal, models: settings.models }, { paused: true })
  cleanUps.push(() => client.schedule.getHandle(workflowId.schedule(prefix, 'm')).delete())
  const rounds = toldRounds(world.environment, world.db)
  return {
    ...{ ...world, ...model, ...rounds, name },
    told: async () => (await rounds.round()).told,
    async acknowledge() {
      const notice = (await rounds.notices()).find(({ state }) => state === 'open')
      await tellSteward(world.environment, 'm', 'acknowledged', {
        ...{ eventId: randomBytes(6).toString('hex'), id: notice!.id },
        ...{ person: 'ann', name: 'Ann' },
      })
    },
  }
}

test('an alias that somebody moved is told at once, voids what is asked, and is over when it is back', async () => {
  const one = await house()
  await one.open()
  assert.deepEqual(await one.told(), [])
  await one.move('3')
  const headline = 'somebody moved the traffic and no release did: from version 1 to version 3'
  assert.deepEqual(await one.told(), [{ model: 'm', cause: 'TRAFFIC_MOVED', trouble: headline }])
  const { state, reason } = await one.result()
  assert.equal(state, 'void')
  assert.match(reason, /somebody moved the traffic of m from version 1 to version 3/)
  const [notice] = await one.notices()
  assert.ok(notice?.escalatedAt !== undefined, 'of a critical model others are told at once')
  assert.deepEqual(await one.told(), [], 'it lasts, and was told')
  const { model_version: now } = (await mlflow.get('registered-models/alias', {
    ...{ name: one.name, alias: 'champion' },
  })) as { model_version: { version: string } }
  assert.equal(now.version, '3', 'no machine moves it back')

  await one.move('1')
  assert.deepEqual(await one.told(), [{ model: 'm', cause: 'TRAFFIC_MOVED', trouble: null }])
  assert.equal((await one.notices())[0]?.next, 'it is back: version 1')
})

test('what a person acknowledges is the record from then on, and its way back is looked after', async () => {
  const one = await house()
  assert.deepEqual(await one.told(), [])
  const accepted = async (version: string) => {
    await one.move(version)
    assert.equal((await one.told())[0]?.cause, 'TRAFFIC_MOVED')
    await one.acknowledge()
    const ended = { model: 'm', cause: 'TRAFFIC_MOVED', trouble: null }
    for (let rounds = 0; rounds < 20; rounds++) {
      const told = await one.told()
      if (told.length > 0) return assert.deepEqual(told[0], ended)
    }
    assert.fail('it was not taken for the record')
  }
  await accepted('2')
  assert.match((await one.notices())[0]?.next ?? '', /^Ann acknowledged it: version 2/)
  const moved = await latestMoved(one.db, 'm')
  assert.deepEqual([moved?.version, moved?.previousVersion], ['2', '1'])
  assert.deepEqual(await one.told(), [])

  const { name } = one
  await mlflow.remove('model-versions/delete', { name, version: '1' })
  const gone =
    'version 1, which served before version 2, could not serve again: the registry has no such version any more'
  assert.deepEqual(await one.told(), [{ model: 'm', cause: 'ROLLBACK_MISSING', trouble: gone }])

  // The way back is the version before the one that serves, whose files are whole.
  await accepted('3')
  await one.told()
  assert.deepEqual(await one.openCauses(), [])
  await accepted(one.withoutParity)
  await accepted('2')
  await one.told()
  assert.deepEqual(await one.openCauses(), ['ROLLBACK_MISSING'])
  const [broken] = await one.notices()
  assert.match(broken?.headline ?? '', /^version 4, which .* could not serve again: .*parity\.json/)
})
