import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { listDecisions } from '../../adapters/postgres/decisions.ts'
import { findRelease } from '../../adapters/postgres/releases.ts'
import { listMoves } from '../../adapters/postgres/traffic-moves.ts'
import { decide, tellSteward } from '../../adapters/temporal/messages.ts'
import type { SettingsInput } from '../../contracts/config.ts'
import { allTo, type Traffic, trafficInWords } from '../../contracts/traffic.ts'
import { closedAfter } from '../support/closed-after.ts'
import { gateWorker } from '../support/gate-worker.ts'
import { approver, gateWorld, otherApprover, runKey, until, viewer } from '../support/gate-world.ts'
import { healthIs, moveTrafficAway, trafficNow } from '../support/step-target.ts'
import { verifyChain } from '../support/verify-chain.ts'

type Rollout = NonNullable<SettingsInput['models'][string]['rollout']>

const canary = (percent: number): Traffic => ({
  ...{ stable: '1', canary: { version: '2', percent }, shadow: null },
})
const shadow: Traffic = { stable: '1', canary: null, shadow: '2' }
const quick: Rollout = {
  steps: [
    { shadow: '1s' },
    { share: 10, for: '1s' },
    { confirm: 'approver' },
    { share: 50, for: '1s' },
  ],
  ...{ watch: '1s', look: '1s', patience: '1h' },
}

describe('traffic moves in steps', { concurrency: 4 }, () => {
  let folder: string
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'driftgate-versions-'))
  })
  after(() => rm(folder, { recursive: true, force: true }))
  const opened = closedAfter(gateWorld)

  async function approved(rollout: Rollout, options: { workerless?: boolean } = {}) {
    const world = await opened({ rollout, versions: folder, ...options })
    if (options.workerless) return world
    await world.open()
    assert.equal((await world.decide(await world.message()))?.outcome, 'APPROVED')
    return world
  }
  type World = Awaited<ReturnType<typeof approved>>
  const isAt = (world: World, wanted: Traffic) =>
    until(async () => trafficInWords(await trafficNow(world.db)) === trafficInWords(wanted))
  const movesOf = async (world: World) =>
    (await listMoves(world.db, world.release)).map((move) => trafficInWords(move.traffic))

  test('shadow, share, a person, a greater share, all of it, watched: every move is on record before and after', async () => {
    const world = await approved(quick)
    await isAt(world, shadow)
    await healthIs(world.db, 'HEALTHY')
    await isAt(world, canary(10))
    await until(async () => (await world.order('resume'))?.outcome === 'RESUMED')
    assert.equal((await world.result()).state, 'promoted')
    assert.deepEqual(await trafficNow(world.db), allTo('2'))
    assert.deepEqual(
      await movesOf(world),
      [shadow, canary(10), canary(50), allTo('2')].map(trafficInWords),
    )
    for (const move of await listMoves(world.db, world.release)) {
      assert.ok(move.movedAt !== null && move.movedAt >= move.askedAt)
      assert.equal(move.by, 'rule:steps')
    }
    await verifyChain(world.db)
  })

  test('no data promotes nothing and takes nothing back: after its patience people are asked', async () => {
    const world = await approved({ ...quick, steps: [{ share: 10, for: '1s' }], patience: '2s' })
    await until(async () => (await rolloutOf(world)).paused?.by === 'rule:patience')
    assert.deepEqual(await trafficNow(world.db), canary(10))
    assert.equal((await world.order('resume', viewer))?.outcome, 'NOT_AUTHORISED')
    assert.equal((await world.order('resume'))?.outcome, 'RESUMED')
    await isAt(world, allTo('2'))
    assert.equal((await world.result()).state, 'promoted')
  })

  test('a bad canary goes back by itself, and the release says why', async () => {
    const world = await approved({ ...quick, steps: [{ share: 10, for: '1h' }] })
    await isAt(world, canary(10))
    await healthIs(world.db, 'UNHEALTHY')
    const result = await world.result()
    assert.equal(result.state, 'rolled-back')
    assert.match(result.reason, /as the test says: UNHEALTHY/)
    assert.deepEqual(await trafficNow(world.db), allTo('1'))
    assert.equal((await listMoves(world.db, world.release)).at(-1)?.by, 'rule:health')
    assert.equal((await findRelease(world.db, world.release))?.state, 'rolled-back')
  })

  test('a version that turns out worse while it is watched goes back too', async () => {
    const world = await approved({ ...quick, steps: [], watch: '1h' })
    await isAt(world, allTo('2'))
    await healthIs(world.db, 'UNHEALTHY')
    assert.equal((await world.result()).state, 'rolled-back')
    assert.deepEqual(await trafficNow(world.db), allTo('1'))
  })

  test('what others moved is left as they left it: the release is void', async () => {
    const world = await approved({ ...quick, steps: [{ share: 10, for: '1h' }] })
    await isAt(world, canary(10))
    await moveTrafficAway(world.db, allTo('2'))
    await healthIs(world.db, 'UNHEALTHY')
    assert.equal((await world.result()).state, 'void')
    assert.deepEqual(await trafficNow(world.db), allTo('2'), 'what a person did stays')
    const [, back] = await listMoves(world.db, world.release)
    assert.match(back?.refused ?? '', /others had moved it/)
  })

  test('people pause, go on, and take back; each order is in the chain with its reason', async () => {
    const world = await approved({ ...quick, steps: [{ share: 10, for: '1h' }] })
    await isAt(world, canary(10))
    assert.equal((await world.order('resume'))?.outcome, 'NOT_NOW')
    assert.equal((await world.order('pause'))?.outcome, 'PAUSED')
    await healthIs(world.db, 'UNHEALTHY')
    // What a person holds no rule takes away: it is shown.
    await until(async () => (await healthOf(world))?.state === 'UNHEALTHY')
    assert.deepEqual(await trafficNow(world.db), canary(10))
    assert.equal((await world.order('pause', otherApprover))?.outcome, 'NOT_NOW')
    const operator = { ...viewer, subject: 'operator', roles: ['viewer', 'operator'] }
    assert.equal((await world.order('resume', operator))?.outcome, 'NOT_AUTHORISED')
    assert.equal((await world.order('abort', viewer))?.outcome, 'NOT_AUTHORISED')
    assert.equal((await world.order('abort', operator))?.outcome, 'ABORTED')
    const result = await world.result()
    assert.deepEqual([result.state, await trafficNow(world.db)], ['rolled-back', allTo('1')])
    const links = await listDecisions(world.db, world.release)
    const orders = links.flatMap(({ decision: { order, outcome, reason, name } }) =>
      order ? [[order, outcome, reason, name]] : [],
    )
    assert.deepEqual(orders, [
      ['resume', 'NOT_NOW', 'to resume', 'Approver'],
      ['pause', 'PAUSED', 'to pause', 'Approver'],
      ['pause', 'NOT_NOW', 'to pause', 'Other Approver'],
      ['resume', 'NOT_AUTHORISED', 'to resume', 'Viewer'],
      ['abort', 'NOT_AUTHORISED', 'to abort', 'Viewer'],
      ['abort', 'ABORTED', 'to abort', 'Viewer'],
    ])
    await verifyChain(world.db)
    assert.equal(await world.order('abort'), null, 'it has ended')
  })

  test('what has moved is taken back by a person, once nothing moved since', async () => {
    const world = await approved({ ...quick, steps: [], watch: '1s' })
    assert.equal((await world.result()).state, 'promoted')
    assert.equal((await world.rollBack(viewer)).outcome, 'NOT_AUTHORISED')
    const outcome = await world.rollBack()
    assert.deepEqual([outcome.outcome, await trafficNow(world.db)], ['ROLLED_BACK', allTo('1')])
    const row = await findRelease(world.db, world.release)
    assert.equal(row?.state, 'rolled-back')
    assert.match(row?.reason ?? '', /rollback by Approver: to rollback/)
    assert.equal((await world.rollBack()).outcome, 'NOT_NOW', 'it is back already')
    await verifyChain(world.db)
  })

  test('what was rolled back is asked for once more, with what spoke against it', async () => {
    const world = await approved({ ...quick, steps: [], watch: '1s' })
    assert.equal((await world.result()).state, 'promoted')
    assert.equal((await world.rollBack()).outcome, 'ROLLED_BACK')
    const message = {
      ...{ eventId: 'reinstate/m/1/x', runKey, version: '2', incident: null, person: 'approver' },
      reinstates: { release: 'm/1', by: 'Approver', reason: 'it was the upstream' },
    }
    await tellSteward(world.environment, 'm', 'reinstate-requested', message)
    await until(async () => (await findRelease(world.db, 'm/2'))?.state === 'waiting')
    const { evidence, evidenceDigest: digest } = (await findRelease(world.db, 'm/2'))!
    assert.ok(evidence.schema === 'driftgate-evidence/1')
    assert.deepEqual(evidence.reinstates, message.reinstates)
    assert.match(evidence.knownLimits[0] ?? '', /released as m\/1 and taken back: rollback by App/)
    const answer = async (person: typeof approver) => {
      const given = await world.message(person, 'approve', { release: 'm/2', digest })
      return (await decide(world.environment, 'm/2', given, person.subject))?.outcome
    }
    assert.equal(await answer(approver), 'SELF_APPROVAL')
    assert.equal(await answer(otherApprover), 'APPROVED')
    await until(async () => (await findRelease(world.db, 'm/2'))?.state === 'promoted')
    assert.deepEqual(await trafficNow(world.db), allTo('2'))
  })

  test('what others have moved since is not taken back', async () => {
    const world = await approved({ ...quick, steps: [], watch: '1s' })
    assert.equal((await world.result()).state, 'promoted')
    await moveTrafficAway(world.db, canary(30))
    assert.equal((await world.rollBack()).outcome, 'NOT_NOW')
    assert.deepEqual(await trafficNow(world.db), canary(30))
  })

  test('an order of another release, of long ago or of nobody is refused and recorded', async () => {
    const world = await approved({ ...quick, steps: [{ share: 10, for: '1h' }] })
    await isAt(world, canary(10))
    const cases = [{ release: 'm/7' }, { atMs: Date.now() - 600_000 }]
    for (const changes of cases) {
      assert.equal((await world.order('abort', approver, changes))?.outcome, 'TOKEN_INVALID')
    }
    assert.deepEqual(await trafficNow(world.db), canary(10))
  })

  test('a worker that is lost, and the workflow with it, go on from the record', async () => {
    const world = await approved(
      { ...quick, steps: [{ share: 10, for: '1h' }] },
      { workerless: true },
    )
    const first = await gateWorker(world.workerInput)
    await world.open()
    assert.equal((await world.decide(await world.message()))?.outcome, 'APPROVED')
    await isAt(world, canary(10))
    await first.stop()
    await world.handle.terminate('its server lost it')
    await world.start()
    const second = await gateWorker(world.workerInput)
    try {
      await healthIs(world.db, 'UNHEALTHY')
      assert.equal((await world.result()).state, 'rolled-back')
      assert.deepEqual(await trafficNow(world.db), allTo('1'))
      assert.deepEqual(await movesOf(world), [canary(10), allTo('1')].map(trafficInWords))
    } finally {
      await second.stop()
    }
  })

  const rolloutOf = async (world: World): Promise<{ paused: { by: string } | null }> => {
    const { rows } = await world.db.query('select state from rollouts')
    return rows[0]?.state ?? { paused: null }
  }
  const healthOf = async (world: World): Promise<{ state: string } | null> => {
    const { rows } = await world.db.query('select health from rollouts')
    return rows[0]?.health ?? null
  }
})
