import assert from 'node:assert/strict'
import { after, beforeEach, test } from 'node:test'
import {
  appendDecision,
  findTerminalDecision,
  useToken,
} from '../../../adapters/postgres/decisions.ts'
import { migrate } from '../../../adapters/postgres/migrate.ts'
import { transaction } from '../../../adapters/postgres/pool.ts'
import { reserveNumber } from '../../../adapters/postgres/releases.ts'
import type { Decision } from '../../../contracts/decision.ts'
import { DriftgateError } from '../../../contracts/errors.ts'
import { createDatabase, type TestDatabase } from '../../support/database.ts'
import { verifyChain } from '../../support/verify-chain.ts'

let database: TestDatabase
const databases: TestDatabase[] = []
beforeEach(async () => {
  database = await createDatabase()
  databases.push(database)
  await migrate(database.pool)
})
after(() => Promise.all(databases.map((each) => each.drop())))

const decision = (id: string, changes: Partial<Decision> = {}): Omit<Decision, 'seq'> => ({
  schema: 'driftgate-decision-record/1',
  id,
  release: 'm/1',
  evidenceDigest: 'shown',
  person: 'approver',
  name: 'Approver',
  answer: 'approve',
  outcome: 'NOT_AUTHORISED',
  sentence: '',
  reason: '',
  jti: null,
  at: '2024-01-01T00:00:00.000Z',
  ...changes,
})
const append = (id: string, changes: Partial<Decision> = {}) =>
  transaction(database.pool, (client) => appendDecision(client, decision(id, changes)))
const broken = (error: unknown) =>
  error instanceof DriftgateError && error.code === 'DECISION_CHAIN_BROKEN'

/** What only the owner of the database can do. */
const tamper = (statement: string) =>
  database.pool.query(
    `alter table decisions disable trigger all; ${statement}; alter table decisions enable trigger all`,
  )

test('answers that come at once form one chain without a gap, and the same answer is one link', async () => {
  const ids = Array.from({ length: 20 }, (_, index) => `answer-${index}`)
  await Promise.all(ids.map((id) => append(id)))
  const again = await append('answer-3')
  const { links, head } = await verifyChain(database.pool)
  assert.equal(links, 20)
  assert.ok(again.seq <= 20)
  await append('last', { outcome: 'APPROVED' })
  assert.equal((await findTerminalDecision(database.pool, 'm/1'))?.id, 'last')
  // A head that was kept is still there when the chain has grown.
  assert.equal((await verifyChain(database.pool, head)).links, 21)
})

test('the database refuses to change, remove or empty what was decided', async () => {
  await append('one')
  await useToken(database.pool, { jti: 't', usedBy: 'one', release: 'm/1', at: new Date() })
  for (const statement of [
    "update decisions set decision = '{}'",
    'delete from decisions',
    'truncate decisions',
    'delete from used_tokens',
    'truncate used_tokens',
    'delete from release_evidence',
  ]) {
    await assert.rejects(database.pool.query(statement), /append-only/)
  }
})

test('a link that was changed, removed, or cut off at the end is found', async () => {
  for (const id of ['one', 'two', 'three']) await append(id)
  const { head } = await verifyChain(database.pool)
  await tamper('delete from decisions where seq = 3')
  await verifyChain(database.pool)
  await assert.rejects(verifyChain(database.pool, head), broken)
  await tamper(
    `update decisions set decision = replace(decision, 'NOT_AUTHORISED', 'APPROVED') where seq = 2`,
  )
  await assert.rejects(verifyChain(database.pool), broken)
  await tamper('delete from decisions where seq = 1')
  await assert.rejects(verifyChain(database.pool), broken)
})

test('a token counts for one answer, however often that one comes', async () => {
  const token = { jti: 't', release: 'm/1', at: new Date() }
  const uses = await Promise.all(
    ['a', 'b'].map((usedBy) => useToken(database.pool, { ...token, usedBy })),
  )
  assert.deepEqual(uses.toSorted(), [false, true])
  const winner = uses[0] ? 'a' : 'b'
  assert.equal(await useToken(database.pool, { ...token, usedBy: winner }), true)
})

test('a run key has one release number, and numbers have no gap', async () => {
  const reserve = (runKey: string) =>
    transaction(database.pool, (client) => reserveNumber(client, 'm', runKey))
  const numbers = await Promise.all(['x', 'y', 'x', 'z', 'y'].map(reserve))
  assert.equal(numbers[0], numbers[2])
  assert.equal(numbers[1], numbers[4])
  assert.deepEqual([...new Set(numbers)].toSorted(), [1, 2, 3])
})
