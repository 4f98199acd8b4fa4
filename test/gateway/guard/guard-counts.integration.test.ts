import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import {
  addGuardBatch,
  forgetGuardCounts,
  forgetGuardMinutes,
  forgetGuards,
  startGuard,
} from '../../../adapters/postgres/guard-counts.ts'
import {
  guardedInputs,
  guardedSpans,
  guardedTotals,
  killedGuards,
} from '../../../adapters/postgres/guarded-inputs.ts'
import { until } from '../../support/gate-world.ts'
import { guardWorld, peopleRequest } from '../../support/guard-world.ts'

const ever = { start: new Date(0), end: new Date('2100-01-01') }

test('a batch counts once, however often it is sent, and two guards add up', async () => {
  const world = await guardWorld({ rows: 0 })
  try {
    const at = new Date()
    const counts = [
      { model: 'people', bucketMs: 0, segment: '', outcome: 'refuse', cause: '', inputs: 3 },
    ]
    const minutes = [{ model: 'people', minuteMs: 0, judged: 5, refused: 3 }]
    const one = '00000000-0000-4000-8000-000000000001'
    const other = '00000000-0000-4000-8000-000000000002'
    const added = []
    for (const guard of [one, other]) {
      await startGuard(world.db, guard, at)
      for (const number of [1, 1, 2, 1, 2]) {
        added.push(await addGuardBatch(world.db, { guard, number, counts, minutes }, at))
      }
    }
    assert.deepEqual(added, [true, false, true, false, false, true, false, true, false, false])
    const [found] = await guardedInputs(world.db, 'people', ever)
    assert.equal(found?.inputs, 12)
    const from = new Date(-600_000)
    const spans = await guardedSpans(world.db, 'people', {
      from,
      until: new Date(300_000),
      minutes: 5,
    })
    assert.deepEqual(spans, [{ startMs: 0, judged: 20, refused: 12 }])
    const later = new Date('2100-01-01')
    assert.equal(await forgetGuardCounts(world.db, from, 100), 0, 'what is not older stays')
    assert.equal(await forgetGuardCounts(world.db, later, 100), 1)
    assert.deepEqual(await guardedInputs(world.db, 'people', ever), [])
    assert.ok((await guardedTotals(world.db)).length > 0, 'totals never fall')
    assert.equal(await forgetGuardMinutes(world.db, from, 100), 0)
    assert.equal(await forgetGuardMinutes(world.db, later, 100), 1)
    assert.equal(await forgetGuards(world.db, from, 100), 0)
    assert.equal(await forgetGuards(world.db, later, 1), 1, 'no more than asked for')
    assert.equal(await forgetGuards(world.db, later, 100), 1)
  } finally {
    await world.close()
  }
})

test('inputs are counted by outcome, cause, segment and the bucket of their event time', async () => {
  const world = await guardWorld({ guard: { time: 'time', repairs: { city: { trim: true } } } })
  try {
    await world.start()
    const time = {
      ...{ name: 'time', shape: [4], datatype: 'BYTES' },
      data: ['2024-05-01T10:10:00Z', '2024-05-01T10:50:00Z', '2024-05-01T11:10:00Z', null],
    }
    const people = peopleRequest([
      [41, 'a'],
      [41, 'a '],
      [-900, 'b'],
      ['old', 'b'],
    ])
    await world.infer({ inputs: [...people.inputs, time] }, {}, '/v1/guard/people')
    const of = async (start: string, end: string) =>
      (await guardedInputs(world.db, 'people', { start: new Date(start), end: new Date(end) })).map(
        ({ segment, outcome, cause, inputs }) => `${segment} ${outcome} ${cause} ${inputs}`,
      )
    await until(async () => (await of('2024-05-01', '2024-05-02')).length > 0)
    assert.deepEqual(await of('2024-05-01T10:00:00Z', '2024-05-01T11:00:00Z'), [
      ...[' accept  1', ' clean  1', ' clean trim 1'],
      ...['city=a accept  1', 'city=a clean  1', 'city=a clean trim 1'],
    ])
    assert.deepEqual(await of('2024-05-01T11:00:00Z', '2024-05-01T12:00:00Z'), [
      ...[' flag  1', ' flag out of range 1', 'city=b flag  1', 'city=b flag out of range 1'],
    ])
    // The input without a time is counted when it came.
    const now = Date.now()
    assert.equal((await of(new Date(now - 7_200_000).toISOString(), '2100-01-01')).length, 4)
  } finally {
    await world.close()
  }
})

test('a guard killed with SIGKILL has lost what it judged after its last batch and nothing else, and is known', async () => {
  const world = await guardWorld()
  try {
    const child = await world.start()
    const total = async () =>
      (await guardedInputs(world.db, 'people', ever))
        .filter(({ segment, cause }) => segment === '' && cause === '')
        .reduce((sum, { inputs }) => sum + inputs, 0)
    // Whole requests alone are counted: what is missing is a number of the last of them.
    let sent = 0
    let counted = 0
    let stop = false
    const flood = (async () => {
      while (!stop) {
        const answer = await world
          .infer(peopleRequest(new Array(10).fill([41, 'a'])))
          .catch(() => null)
        if (answer === null) return
        sent += 10
      }
    })()
    await until(async () => {
      counted = await total()
      return counted > 500
    })
    child.kill('SIGKILL')
    await once(child, 'exit')
    stop = true
    await flood
    const found = await total()
    assert.ok(found >= counted && found <= sent + 10 && found % 10 === 0, `${found} of ${sent}`)
    // As if a minute had gone by.
    await world.db.query(`update guards set last_at = last_at - interval '2 minutes'`)
    assert.equal((await killedGuards(world.db, ever)).length, 1)
    // One that ends by itself has written everything, and is not missed.
    const next = await world.start()
    const before = await total()
    await world.infer(peopleRequest(new Array(7).fill([41, 'a'])))
    next.kill('SIGTERM')
    assert.deepEqual(await once(next, 'exit'), [0, null])
    assert.equal(await total(), before + 7)
    await world.db.query(`update guards set last_at = last_at - interval '2 minutes'`)
    assert.equal((await killedGuards(world.db, ever)).length, 1)
  } finally {
    await world.close()
  }
})

test('while PostgreSQL is away the guard goes on judging, and counts everything once it is back', async () => {
  const world = await guardWorld()
  try {
    await world.start()
    world.shutPostgres()
    for (let i = 0; i < 5; i++) {
      const { status } = await world.infer(
        peopleRequest([
          [41, 'a'],
          [1, 'z'],
        ]),
      )
      assert.equal(status, 200)
    }
    world.openPostgres()
    await until(async () => {
      const found = await guardedInputs(world.db, 'people', ever)
      const of = (outcome: string) =>
        found.find((each) => each.outcome === outcome && each.segment === '' && each.cause === '')
      return of('accept')?.inputs === 5 && of('flag')?.inputs === 5
    })
  } finally {
    await world.close()
  }
})
