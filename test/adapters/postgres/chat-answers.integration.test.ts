import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import {
  answered,
  forgetAnswers,
  forgetDeliveries,
  hearDelivery,
  keepAnswer,
} from '../../../adapters/postgres/chat-answers.ts'
import { migrate } from '../../../adapters/postgres/migrate.ts'
import { transaction } from '../../../adapters/postgres/pool.ts'
import { reserveNumber, setReleaseState, showRelease } from '../../../adapters/postgres/releases.ts'
import type { ChatVerb } from '../../../contracts/chat-verbs.ts'
import { past } from '../../reports/examples.ts'
import { createDatabase } from '../../support/database.ts'

const database = await createDatabase()
const db = database.pool
before(() => migrate(db))
after(() => database.drop())
beforeEach(() => db.query('truncate chat_answers, chat_deliveries'))

const day = (n: number) => new Date(Date.UTC(2026, 0, n))
const incident = 'm/DRIFT/2026-01-01T00:00:00.000Z'

/** An answer that was given, and applied if so, on that day. */
async function give(subject: string, verb: ChatVerb, on: Date, isApplied = true): Promise<void> {
  const account = { kind: 'slack', workspace: 'T1', user: 'U1', name: 'ann' }
  const answer = { channel: 'team', account, verb, subject, digest: 'd', reason: '', place: {} }
  const delivery = { deliveryId: `${subject}/${verb}`, at: on.toISOString() }
  await hearDelivery(db, { channel: 'team', deliveryId: delivery.deliveryId, at: on })
  const kept = await keepAnswer(db, { ...answer, ...delivery }, on)
  if (isApplied && kept) await answered(db, kept.id, { told: 'so', at: on })
}

const left = async () => {
  const { rows } = await db.query<{ subject: string }>('select subject from chat_answers')
  return rows.map(({ subject }) => subject).sort()
}
const isRemembered = async (deliveryId: string) =>
  !(await hearDelivery(db, { channel: 'team', deliveryId, at: day(100) }))

async function release(n: number, openedAt: Date): Promise<void> {
  const { evidence } = past.releases[0]!
  await transaction(db, (client) => reserveNumber(client, 'm', `r${n}`))
  await showRelease(
    db,
    {
      ...{ release: `m/${n}`, model: 'm', prefix: '', runKey: `r${n}`, candidateVersion: '2' },
      ...{ incident: null, requestedBy: [] },
    },
    { evidence, digest: `d${n}`, openedAt, askedAt: openedAt, expiresAt: day(300) },
  )
}

const forget = async (before: Date) => {
  await forgetDeliveries(db, before, 100)
  return forgetAnswers(db, before, 100)
}

test('what was applied long enough ago goes, and with it how a copy was known', async () => {
  await give('m/7', 'approve', day(1))
  await give('m/8', 'approve', day(20))
  assert.equal(await forget(day(10)), 1)
  assert.deepEqual(await left(), ['m/8'])
  assert.equal(await isRemembered('m/8/approve'), true)
  assert.equal(await isRemembered('m/7/approve'), false)
  assert.equal(await forget(day(10)), 0)
})

test('an answer that still waits is never removed, however old', async () => {
  await give('m/7', 'approve', day(1), false)
  assert.equal(await forget(day(200)), 0)
  assert.deepEqual(await left(), ['m/7'])
})

test('while a request is open, its answers stay, and every delivery since it was opened is known', async () => {
  await release(1, day(2))
  await give('m/0', 'approve', day(1))
  await give('m/1', 'approve', day(3))
  await give('m/2', 'approve', day(3))
  assert.equal(await forget(day(200)), 2)
  assert.deepEqual(await left(), ['m/1'])
  assert.equal(await isRemembered('m/0/approve'), false)
  assert.equal(await isRemembered('m/1/approve'), true)
  assert.equal(await isRemembered('m/2/approve'), true, 'nobody can tell which it was about')
  await setReleaseState(db, 'm/1', 'promoted', '', day(4))
  assert.equal(await forget(day(200)), 1)
  assert.equal(await isRemembered('m/1/approve'), false)
})

test('so do those about an incident that is open', async () => {
  await db.query(
    `insert into incidents (id, model, kind, state, opened_at, incident)
     values ($1, 'm', 'DRIFT', 'open', $2, '{}')`,
    [incident, day(1)],
  )
  await give(incident, 'acknowledge', day(1))
  assert.equal(await forget(day(200)), 0)
  await db.query(`update incidents set state = 'resolved', resolved_at = $1`, [day(2)])
  assert.equal(await forget(day(200)), 1)
})

test('of many, so many go at once', async () => {
  for (const n of [1, 2, 3]) await give(`m/9${n}`, 'approve', day(1))
  assert.equal(await forgetDeliveries(db, day(10), 2), 2)
  assert.equal(await forgetDeliveries(db, day(10), 2), 1)
  assert.equal(await forgetAnswers(db, day(10), 2), 2)
  assert.equal(await forgetAnswers(db, day(10), 2), 1)
})
