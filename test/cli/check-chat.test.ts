import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { chatProbes } from '../../cli/check/chat.ts'
import { settingsSchema } from '../../contracts/config.ts'
import { settingsFor } from '../support/gate-world.ts'
import { slackServer } from '../support/slack-server.ts'

const server = await slackServer()
after(() => server.close())

const probesWith = (token: string | undefined) => {
  if (token === undefined) delete process.env['TEST_CHECK_TOKEN']
  else process.env['TEST_CHECK_TOKEN'] = token
  const team = {
    ...{ kind: 'slack', channel: server.channel, api: server.api },
    token: { env: 'TEST_CHECK_TOKEN' },
  }
  const settings = settingsSchema.parse({
    ...settingsFor({
      log: { topic: 't' },
      features: {},
      window: { length: '1d', bucket: '1h', anchor: '2024-01-01T00:00:00Z' },
      serving: { url: 'http://127.0.0.1:1' },
    }),
    chat: { team },
  })
  return chatProbes({ settings })
}

test('check reaches every chat channel with its secret, and posts nothing', async () => {
  const [probe, ...others] = probesWith(server.token)
  assert.equal(others.length, 0)
  assert.equal(probe?.name, 'chat team')
  assert.equal(probe?.address, server.api)
  assert.deepEqual(await probe?.run(), { version: null, note: 'driftgate in Test' })
  assert.equal(server.messages.size, 0)
})

test('check says what is wrong with a channel', async () => {
  const refused = { code: 'CHAT_REFUSED', details: { channel: 'team', reason: 'invalid_auth' } }
  await assert.rejects(probesWith('xoxb-another')[0]!.run(), refused)
  await assert.rejects(async () => probesWith(undefined)[0]!.run(), {
    code: 'CONFIG_SECRET_MISSING',
  })
})
