import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import type { FeatureValue } from '../../../contracts/prediction.ts'
import { until } from '../../support/gate-world.ts'
import { drawPeople, guardWorld, peopleRequest } from '../../support/guard-world.ts'
import { mulberry32 } from '../../support/mulberry32.ts'

type Person = readonly [FeatureValue, FeatureValue]
const asked = (rows: FeatureValue[][]) => rows.map(([age, city]): Person => [age, city])

test('through the door fresh rows are called far at the rate that was asked for, in each segment', async () => {
  const [rate, kept, fresh, batch] = [0.02, 8_000, 20_000, 1_000]
  const far = { rate, segment: 'city' }
  const world = await guardWorld({
    rows: kept,
    guard: { far, reasons: { 'far from everything seen': 'refuse' } },
  })
  try {
    await world.start()
    const next = mulberry32(81)
    const seen = { a: 0, b: 0 }
    const called = { a: 0, b: 0 }
    for (let from = 0; from < fresh; from += batch) {
      const rows = asked(drawPeople(batch, next))
      const { body } = await world.infer(peopleRequest(rows), {}, '/v1/guard/people?dry=true')
      for (const [, city] of rows) seen[city as 'a' | 'b']++
      for (const { row, reasons } of body.rows) {
        const far = reasons.some(({ reason }: { reason: string }) => reason.startsWith('far'))
        if (far) called[rows[row]?.[1] as 'a' | 'b']++
      }
    }
    for (const segment of ['a', 'b'] as const) {
      // Threshold and fresh rows are both drawn: the 99 % interval of a share with both.
      const rows = kept * (segment === 'b' ? 0.3 : 0.7) - 256
      const sd = Math.sqrt(rate * (1 - rate) * (1 / rows + 1 / seen[segment]))
      const share = called[segment] / seen[segment]
      assert.ok(Math.abs(share - rate) < 2.576 * sd, `${segment}: ${share} of ${rate}, sd ${sd}`)
    }
  } finally {
    await world.close()
  }
})

test('a new reference is followed, every guard fits the same, and a fit is made once', async () => {
  const world = await guardWorld({ guard: { far: { rate: 0.05 } } })
  try {
    const child = await world.start()
    const look = async () =>
      (await world.infer(peopleRequest([[41, 'a']]), {}, '/v1/guard/people?dry=true')).body.fit
    const first = await look()
    assert.equal(first.version, '1')
    await world.giveReference('2', 3_000, 72)
    await until(async () => (await look()).version === '2')
    const second = await look()
    assert.notEqual(second.id, first.id)
    const fits = await world.db.query(
      'select id, profile, fit::text as fit from guard_fits order by fitted_at',
    )
    assert.deepEqual(
      fits.rows.map(({ id, profile }) => [id, profile]),
      [first, second].map(({ id, profile }) => [id, profile]),
    )
    // Fitted anew by another process, it is the same to the last digit.
    await world.db.query('delete from guard_fits')
    child.kill('SIGKILL')
    await once(child, 'exit')
    await world.start()
    assert.deepEqual(await look(), second)
    const again = await world.db.query('select fit::text as fit from guard_fits')
    assert.equal(again.rows[0]?.fit, fits.rows[1]?.fit)
  } finally {
    await world.close()
  }
})

test('rows too few for the rate of a segment: the guard says so and judges nothing', async () => {
  const far = { rate: 0.01, segment: 'city' }
  const world = await guardWorld({ rows: 3_000, guard: { far } })
  try {
    await world.start(503)
    await until(async () => {
      const { status, body } = await world.infer(peopleRequest([[41, 'a']]))
      assert.deepEqual([status, body.code], [503, 'GUARD_UNABLE'])
      return /rate of 0\.01 needs 2000 reference rows.*segment city=\w has/.test(body.error)
    })
    assert.equal(world.scored.length, 0)
    const ready = await fetch(`${world.url}/v2/models/people/ready`)
    assert.equal(ready.status, 503)
  } finally {
    await world.close()
  }
})

test('without a reference inputs are refused or let through unjudged, as the settings say', async () => {
  const world = await guardWorld({ rows: 0, guard: { unable: 'pass' } })
  try {
    await world.start()
    const passed = await world.infer(
      peopleRequest([
        [41, 'a'],
        ['old', 'a'],
      ]),
    )
    assert.equal(passed.headers.get('x-driftgate-guard'), 'unjudged')
    assert.deepEqual(
      [passed.status, world.scored.length],
      [400, 0],
      'the model server judged it alone',
    )
    await world.apply({ unable: 'refuse' })
    await until(async () => {
      const { status, body } = await world.infer(peopleRequest([[41, 'a']]))
      return status === 503 && /people cannot judge: it has no reference yet/.test(body.error)
    })
    await world.giveReference('1', 2_000, 73)
    await until(async () => (await world.infer(peopleRequest([[41, 'a']]))).status === 200)
    await world.apply({ enabled: false })
    await until(async () => {
      const { headers } = await world.infer(peopleRequest([[41, 'a']]))
      return headers.get('x-driftgate-guard') === 'off'
    })
  } finally {
    await world.close()
  }
})
