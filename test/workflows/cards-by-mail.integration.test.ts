import assert from 'node:assert/strict'
import { test } from 'node:test'
import { approver, gateWorld, otherApprover, until } from '../support/gate-world.ts'
import { mailServer } from '../support/mail-server.ts'

test('by mail people get the request and how it ended, and nothing between', async () => {
  await using parts = new AsyncDisposableStack()
  const server = parts.adopt(await mailServer(), (each) => each.close())
  process.env['TEST_MAIL_PASSWORD'] = server.password
  const world = parts.adopt(
    await gateWorld({
      approval: { required: 2 },
      channel: {
        kind: 'email',
        ...{ host: '127.0.0.1', port: server.port, tls: 'never' },
        ...{ username: server.username, password: { env: 'TEST_MAIL_PASSWORD' } },
        ...{ from: 'driftgate@example.org', to: ['ml-team@example.org'] },
      },
    }),
    (each) => each.close(),
  )
  const subjects = () => [...server.mails.values()].map(({ headers }) => headers['subject'])
  await world.open()
  await until(async () => subjects().length === 1)
  const first = await world.decide(await world.message(approver))
  assert.equal(first?.outcome, 'ACCEPTED_PENDING_QUORUM')
  await world.decide(await world.message(otherApprover))
  await world.result()
  await until(async () => subjects().length > 1)
  assert.deepEqual(subjects(), [
    '⏸ waiting for approval: m, version 2 for version 1',
    '✔ approved and in place: m, version 2 for version 1',
  ])
})
