import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { migrate } from '../../../adapters/postgres/migrate.ts'
import { insertPromotion, markMoved } from '../../../adapters/postgres/promotions.ts'
import { recordedTraffic } from '../../../adapters/postgres/recorded-traffic.ts'
import { confirmMove, insertMove, refuseMove } from '../../../adapters/postgres/traffic-moves.ts'
import { allTo, type Traffic } from '../../../contracts/traffic.ts'
import { createDatabase, type TestDatabase } from '../../support/database.ts'

let database: TestDatabase
before(async () => {
  database = await createDatabase()
  await migrate(database.pool)
})
after(() => database.drop())

const canary = (percent: number): Traffic => ({
  ...allTo('1'),
  canary: { version: '2', percent },
})
const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000)

test('the record follows the steps of a release, and knows of one that is under way', async () => {
  const db = database.pool
  assert.deepEqual(await recordedTraffic(db, 'm'), { traffic: null, since: null, moving: null })
  const first = { model: 'm', version: '1', previousVersion: null, expectedGeneration: 'none' }
  await markMoved(db, await insertPromotion(db, first), 'g', minutesAgo(60))
  assert.deepEqual((await recordedTraffic(db, 'm')).traffic, allTo('1'))

  const step = (seq: number, traffic: Traffic, minutes: number) =>
    insertMove(db, {
      ...{ release: 'm/1', model: 'm', seq, before: allTo('1'), traffic },
      ...{ expectedGeneration: 'g', by: 'rule:steps', reason: '', askedAt: minutesAgo(minutes) },
    })
  await step(0, canary(5), 20)
  assert.deepEqual(
    [(await recordedTraffic(db, 'm')).traffic, (await recordedTraffic(db, 'm')).moving],
    [allTo('1'), canary(5)],
  )
  await confirmMove(db, { release: 'm/1', seq: 0, generation: 'h' }, minutesAgo(19))
  const { traffic, moving } = await recordedTraffic(db, 'm')
  assert.deepEqual([traffic, moving], [canary(5), null])

  // What was refused is under way no more, nor is what nobody has heard of for long.
  await step(1, canary(25), 10)
  await refuseMove(db, { release: 'm/1', seq: 1, refused: 'others had moved it' })
  await step(2, canary(50), 45)
  assert.equal((await recordedTraffic(db, 'm')).moving, null)

  const all = { model: 'm', version: '2', previousVersion: '1', expectedGeneration: 'h' }
  await markMoved(db, await insertPromotion(db, all), 'i', minutesAgo(1))
  assert.deepEqual((await recordedTraffic(db, 'm')).traffic, allTo('2'))
})
