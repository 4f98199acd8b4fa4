import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { ChatAnswers, Heard } from '../../../adapters/chat/chat-answers.ts'
import { openAnswers, openChannel } from '../../../adapters/chat/index.ts'
import { examplePosting } from '../../support/example-posting.ts'
import { type TokenChanges, teamsHome, teamsServer } from '../../support/teams-server.ts'

type Server = Awaited<ReturnType<typeof teamsServer>>
let server: Server
let answers: ChatAnswers
const nowMs = Date.now()
const { app, tenant, channel, secret } = teamsHome
before(async () => {
  server = await teamsServer()
  answers = openAnswers('team', settings(), () => secret) as ChatAnswers
  await openChannel('team', settings(), () => secret)!.post(examplePosting)
})
after(() => server?.close())

const settings = () => ({
  environment: 'test',
  chat: {
    team: {
      ...{ kind: 'teams' as const, app, tenant, channel, secret: { env: 'X' }, answers: true },
      ...{
        service: server.serviceUrl,
        login: `${server.url}/login`,
        openid: `${server.url}/openid`,
      },
    },
  },
})

/** What is sent when somebody presses the button behind another one of the card. */
function executed(verb: string, reason = '', more: object = {}) {
  const [activity] = [...server.activities.values()]
  const { content } = activity!.body.attachments[0] as { content: Content }
  const shown = content.actions.find((each) => each.card?.actions[0]?.verb === verb)
  const [action] = shown?.card?.actions ?? []
  return {
    ...{ type: 'invoke', name: 'adaptiveCard/action', id: 'f:1', channelId: 'msteams' },
    serviceUrl: server.serviceUrl,
    from: { id: '29:olga', aadObjectId: 'aad-olga', name: 'Olga' },
    conversation: { id: channel, tenantId: tenant },
    channelData: { tenant: { id: tenant } },
    value: { action: { ...action, data: { ...action?.data, reason } }, trigger: 'manual' },
    ...more,
  }
}
interface Content {
  readonly actions: readonly {
    readonly title: string
    readonly card?: {
      readonly body: readonly { readonly text?: string }[]
      readonly actions: readonly { readonly verb: string; readonly data: { value: string } }[]
    }
  }[]
}

async function read(
  said: object,
  changes: TokenChanges & { header?: string } = {},
): Promise<Heard> {
  return answers.read({
    ...{ method: 'POST', path: '', query: {}, atMs: nowMs },
    headers: { authorization: changes.header ?? (await server.authorization(changes)) },
    body: Buffer.from(JSON.stringify(said)),
  })
}

test('a button shows first what follows, and what is in there is the answer', async () => {
  const [activity] = [...server.activities.values()]
  const { content } = activity!.body.attachments[0] as { content: Content }
  assert.deepEqual(
    content.actions.map(({ title }) => title),
    ['Approve', 'Reject…', 'Open its page'],
  )
  assert.match(JSON.stringify(content.actions[0]?.card?.body), /Version 2 takes/)
  const { answers: given, acknowledgement } = await read(executed('approve'))
  assert.deepEqual(
    given.map(({ verb, subject, account }) => [verb, subject, account.workspace, account.user]),
    [['approve', 'car-loan/2', tenant, 'aad-olga']],
  )
  assert.match(JSON.stringify(acknowledgement), /activity\.message.*Received/)
})

test('a rejection needs a reason', async () => {
  const blank = await read(executed('reject', '  '))
  assert.deepEqual(blank.answers, [])
  assert.match(JSON.stringify(blank.acknowledgement), /a reason is needed/)
  const { answers: given } = await read(executed('reject', 'worse on students'))
  assert.equal(given[0]?.reason, 'worse on students')
})

test('only a token of the connector, for our app and its service, by a key that speaks for Teams, is believed', async () => {
  const bad: (TokenChanges & { header?: string })[] = [
    { header: '' },
    { header: 'Bearer nonsense' },
    { issuer: 'https://sts.windows.net/x/' },
    { audience: 'another-app' },
    { serviceUrl: 'https://evil.example/' },
    { key: 'other channel' },
    { key: 'unknown' },
    { atMs: nowMs - 2 * 3_600_000 },
    { atMs: nowMs + 3_600_000 },
  ]
  for (const changes of bad) {
    await assert.rejects(
      read(executed('approve'), changes),
      { code: 'CHAT_SIGNATURE_INVALID' },
      JSON.stringify(changes),
    )
  }
})

test('what comes from another tenant or another channel of the connector is refused', async () => {
  for (const more of [
    { channelData: { tenant: { id: 'another' } } },
    { channelId: 'webchat' },
    { channelData: {}, conversation: {} },
  ]) {
    await assert.rejects(read(executed('approve', '', more)), { code: 'CHAT_WORKSPACE_FOREIGN' })
  }
})

test('a button that we did not make, and somebody without an account, decide nothing', async () => {
  const good = executed('approve')
  const { action } = good.value
  const forged = { ...action, data: { value: 'car-loan/3 sha256:0 x', reason: '' } }
  for (const said of [
    { ...good, value: { action: forged } },
    { ...good, value: { action: { ...action, verb: 'reject' } } },
    { ...good, from: { id: '29:bot' } },
    { ...good, name: 'composeExtension/query' },
    { ...good, type: 'message' },
  ]) {
    assert.deepEqual((await read(said)).answers, [])
  }
})

test('what is told one person is a chat of their own', async () => {
  const account = { kind: 'teams', workspace: tenant, user: 'aad-olga', name: 'Olga' }
  await answers.tell({ account, place: { user: '29:olga' } }, { text: 'APPROVED: <at>all</at>' })
  const told = [...server.activities.values()].at(-1)
  assert.match(told?.conversation ?? '', /^a:direct/)
  assert.equal(told?.body.textFormat, 'plain')
})
