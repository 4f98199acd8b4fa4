import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { findDrill } from '../../adapters/postgres/drills.ts'
import { listRetrainings } from '../../adapters/postgres/retrainings.ts'
import { type Drill, drillStation } from '../../contracts/drill.ts'
import { drillWorld } from '../support/drill-world.ts'

describe('a release rehearsed with the champion', () => {
  let world: Awaited<ReturnType<typeof drillWorld>>
  before(async () => {
    world = await drillWorld()
  })
  after(() => world.close())

  /** A drill asked for by an operator, to its end. */
  async function walked(): Promise<Drill> {
    const path = `models/${world.model}/drills`
    const started = await world.gateway.ask('operator', path, { method: 'POST' })
    assert.equal(started.status, 200, JSON.stringify(started.body))
    const { n } = started.body.drill as Drill
    const name = `${world.model}/drill/${n}`
    const { workflowId = '' } = (await findDrill(world.db, name)) ?? {}
    // Its end is on record before it is on the card.
    await world.environment.client.workflow.getHandle(workflowId).result()
    return (await world.gateway.ask('viewer', `${path}/${n}`)).body.drill as Drill
  }
  const statesOf = ({ stations }: Drill) =>
    Object.fromEntries(stations.map(({ station, state }) => [station, state]))
  const stationOf = ({ stations }: Drill, name: string) =>
    stations.find(({ station }) => station === name)
  const delivery = async () =>
    (await world.lookForTrouble()).find(({ cause }) => cause === 'DELIVERY_NOT_READY')

  /** What a series tells of the model. */
  async function measured(series: string): Promise<number> {
    const text = await (await fetch(`${world.gateway.url}/metrics`)).text()
    const line = text
      .split('\n')
      .find((each) => each.startsWith(`${series}{model="${world.model}"}`))
    return Number(line?.split(' ').at(-1))
  }

  test('walks every station, proves delivery ready, and leaves traffic and retrainings as they were', async () => {
    const before = await world.traffic()
    const retrainings = await listRetrainings(world.db, world.model)
    const drill = await walked()
    assert.equal(drill.state, 'ready', JSON.stringify(drill.stations, null, 2))
    assert.deepEqual(
      drill.stations.map(({ station, state }) => [station, state]),
      drillStation.options.map((station) => [station, 'passed']),
    )
    assert.deepEqual(await world.traffic(), before)
    assert.equal(drill.champion, world.champion)
    assert.equal(drill.registered, `${world.model}.drill`)
    assert.deepEqual(
      (await listRetrainings(world.db, world.model)).length,
      retrainings.length,
      'a drill is no retraining',
    )
    const cards = [...world.chat.events.values()].map(({ data }) => data)
    assert.ok(cards.length >= 2)
    assert.ok(
      cards.every(({ headline, actions }) => /DRILL/.test(headline) && actions.length === 0),
    )
    assert.match(cards.at(-1)?.headline ?? '', /ready$/)
    const { rows } = await world.db.query('select count(*)::int as n from decisions')
    assert.equal(rows[0].n, 0, 'the chain of decisions holds releases only')
    assert.equal(await delivery(), undefined)
    const { body } = await world.gateway.ask('viewer', `models/${world.model}`)
    assert.equal(body.readiness.lastReadyAt, drill.endedAt)
    assert.equal(body.readiness.trouble, null)
    assert.equal(await measured('driftgate_delivery_ready'), 1)
    const readyAt = Date.parse(drill.endedAt ?? '') / 1_000
    assert.equal(await measured('driftgate_delivery_ready_timestamp_seconds'), readyAt)
  })

  test('nobody but the identity of drills answers one', async () => {
    const path = `models/${world.model}/drills/1/answer`
    const refused = await world.gateway.ask('approver', path, {
      method: 'POST',
      body: { digest: 'x' },
    })
    assert.equal(refused.status, 403)
    assert.equal(refused.body.code, 'NOT_AUTHORISED')
  })

  test('what is broken is named by its station, all of it at once, and the owners are told', async () => {
    const before = await world.traffic()
    const good = { ...world.reached }
    world.reached.cluster = world.clusterAt('http://127.0.0.1:1')
    world.reached.publicKey = await world.otherKey()
    world.chat.mishaps.push(...Array.from({ length: 2 }, () => 'refused' as const))
    await world.registry.drop(world.model, world.former)
    const drill = await walked()
    Object.assign(world.reached, good)
    world.chat.mishaps.length = 0
    assert.equal(drill.state, 'not-ready')
    assert.deepEqual(statesOf(drill), {
      ...{ train: 'failed', register: 'not-reached', card: 'failed', answer: 'failed' },
      rollout: 'failed',
    })
    assert.equal(stationOf(drill, 'train')?.code, 'CLUSTER_UNREACHABLE')
    assert.equal(stationOf(drill, 'card')?.code, 'CHAT_REFUSED')
    assert.equal(stationOf(drill, 'answer')?.code, 'DRILL_ANSWER_REFUSED')
    assert.match(stationOf(drill, 'answer')?.sentence ?? '', /the gateway did not sign it/)
    assert.match(stationOf(drill, 'answer')?.help ?? '', /gateway\.publicKey/)
    assert.equal(stationOf(drill, 'rollout')?.code, 'ROLLBACK_TARGET_MISSING')
    assert.deepEqual(await world.traffic(), before)
    const told = await delivery()
    for (const station of ['train', 'card', 'answer', 'rollout']) {
      assert.match(told?.trouble ?? '', new RegExp(`at station ${station}: `))
    }
    const { body } = await world.gateway.ask('viewer', `models/${world.model}`)
    assert.equal(body.readiness.trouble, told?.trouble)
    assert.ok(body.readiness.lastReadyAt !== null, 'that it was proven before stays known')
    assert.equal(await measured('driftgate_delivery_ready'), 0)
  })

  test('a registry that is away is named by the station that asks it', async () => {
    const good = { ...world.reached }
    const first = await findDrill(world.db, `${world.model}/drill/1`)
    world.reached.cluster = await world.copyingCluster(first?.runKey ?? '')
    world.reached.registry = world.registryAt('http://127.0.0.1:1')
    const drill = await walked()
    Object.assign(world.reached, good)
    assert.equal(statesOf(drill)['train'], 'passed')
    assert.equal(stationOf(drill, 'register')?.code, 'REGISTRY_UNREACHABLE')
  })
})
