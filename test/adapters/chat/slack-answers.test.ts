import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { ActionsBlock, Button } from '@slack/web-api'
import { buttonValue, readButton } from '../../../adapters/chat/button-value.ts'
import type { ChatAnswers, Delivery } from '../../../adapters/chat/chat-answers.ts'
import { openAnswers } from '../../../adapters/chat/index.ts'
import { blocksOf } from '../../../adapters/chat/slack-blocks.ts'
import { slackSignature } from '../../../adapters/chat/slack-signature.ts'
import { releaseCard } from '../../../reports/release-card.ts'
import { past } from '../../reports/examples.ts'
import { sign, slackHome } from '../../support/slack-people.ts'

const token = 'xoxb-test-0123456789'
const key = { secret: token, environment: 'test', channel: 'team' }
const button = { verb: 'approve', subject: 'm/1', digest: `sha256:${'a'.repeat(64)}` } as const
const nowMs = 1_700_000_000_000
const { workspace, app, signingSecret } = slackHome

const answers = openAnswers(
  'team',
  {
    environment: 'test',
    chat: {
      team: {
        ...{ kind: 'slack', channel: 'C0123456789', api: 'http://127.0.0.1:1/api/' },
        token: { env: 'TOKEN' },
        answers: { mode: 'http', workspace, app, signingSecret: { env: 'SIGNING' } },
      },
    },
  },
  (secret) => ('env' in secret && secret.env === 'SIGNING' ? signingSecret : token),
) as ChatAnswers

const waiting = releaseCard({
  view: past.releases[0]!,
  incidents: [],
  ending: '',
  environment: 'test',
  link: 'https://gateway.example/releases/car-loan/2',
})

const pressed = (changes: object = {}) => ({
  ...{ type: 'block_actions', api_app_id: app, team: { id: workspace }, trigger_id: 't' },
  user: { id: 'U1', username: 'olga', team_id: workspace },
  channel: { id: 'C0123456789' },
  message: { ts: '1.000001' },
  actions: [{ action_id: 'approve', value: buttonValue(key, button) }],
  ...changes,
})

interface Changes {
  readonly atMs?: number
  readonly secret?: string
  readonly headers?: Record<string, string>
  readonly body?: string
}

async function delivery(payload: object, changes: Changes = {}): Promise<Delivery> {
  const body = new URLSearchParams({ payload: JSON.stringify(payload) }).toString()
  const timestamp = `${Math.floor((changes.atMs ?? nowMs) / 1000)}`
  return {
    ...{ method: 'POST', path: '', query: {}, atMs: nowMs },
    headers: {
      'x-slack-request-timestamp': timestamp,
      'x-slack-signature': await sign(changes.secret ?? signingSecret, `v0:${timestamp}:${body}`),
      ...changes.headers,
    },
    body: Buffer.from(changes.body ?? body),
  }
}

const refused = (code: string) => (error: unknown) => {
  assert.equal((error as { code?: string }).code, code, String(error))
  return true
}

describe('what Slack signs', () => {
  test('is the signature that its documentation shows', () => {
    const body =
      'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c'
    assert.equal(
      slackSignature(signingSecret, '1531420618', body),
      'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503',
    )
  })

  test('is an answer when it is fresh and whole', async () => {
    const { answers: given, deliveryId } = await answers.read(await delivery(pressed()))
    assert.equal(given.length, 1)
    const [one] = given
    assert.deepEqual(
      [one?.channel, one?.verb, one?.subject, one?.digest, one?.reason],
      ['team', 'approve', 'm/1', button.digest, ''],
    )
    assert.deepEqual(one?.account, { kind: 'slack', workspace, user: 'U1', name: 'olga' })
    assert.match(deliveryId, /^v0=/)
  })

  test('is refused more than five minutes before and after now', async () => {
    for (const [offsetMs, good] of [
      [-299_000, true],
      [299_000, true],
      [-360_000, false],
      [301_000, false],
      [3_600_000, false],
    ] as const) {
      const late = await delivery(pressed(), { atMs: nowMs + offsetMs })
      if (good) assert.equal((await answers.read(late)).answers.length, 1)
      else await assert.rejects(answers.read(late), refused('CHAT_SIGNATURE_INVALID'))
    }
  })

  test('is refused without a signature, with another secret, and when a byte differs', async () => {
    const good = await delivery(pressed())
    const body = good.body.toString()
    const cases: Delivery[] = [
      { ...good, headers: {} },
      { ...good, headers: { ...good.headers, 'x-slack-signature': 'v0=' } },
      await delivery(pressed(), { secret: 'another' }),
      { ...good, body: Buffer.from(`${body} `) },
      // The same form in another encoding is other bytes.
      { ...good, body: Buffer.from(body.replace(/%20|\+/, '%2B')) },
      { ...good, body: Buffer.from(new URLSearchParams(`${body}&a=b`).toString()) },
      await delivery(pressed(), { headers: { 'x-slack-request-timestamp': 'soon' } }),
    ]
    for (const each of cases) {
      await assert.rejects(answers.read(each), refused('CHAT_SIGNATURE_INVALID'))
    }
  })

  test('is refused from another workspace or app', async () => {
    for (const changes of [{ team: { id: 'T999' } }, { api_app_id: 'A999' }, { team: null }]) {
      const foreign = await delivery(pressed(changes))
      await assert.rejects(answers.read(foreign), refused('CHAT_WORKSPACE_FOREIGN'))
    }
  })

  test('from any workspace of an enterprise is taken where the enterprise is configured', async () => {
    const settings = {
      kind: 'slack',
      ...{ channel: 'C0123456789', api: 'http://127.0.0.1:1/api/' },
      token: { env: 'TOKEN' },
      answers: { mode: 'http', workspace: 'E0GRID', signingSecret: { env: 'SIGNING' } },
    } as const
    const grid = openAnswers('team', { environment: 'test', chat: { team: settings } }, (secret) =>
      'env' in secret && secret.env === 'SIGNING' ? signingSecret : token,
    ) as ChatAnswers
    for (const team of [{ id: 'T111' }, { id: 'T222' }, null]) {
      const enterprise = { id: 'E0GRID' }
      const { answers: given } = await grid.read(await delivery(pressed({ team, enterprise })))
      assert.equal(given[0]?.subject, 'm/1')
    }
    const foreign = await delivery(pressed({ enterprise: { id: 'E0OTHER' } }))
    await assert.rejects(grid.read(foreign), refused('CHAT_WORKSPACE_FOREIGN'))
  })

  test('names the workspace of the person where that is another than that of the channel', async () => {
    const shared = await delivery(pressed({ user: { id: 'U1', team_id: 'T777' } }))
    assert.equal((await answers.read(shared)).answers[0]?.account.workspace, 'T777')
  })

  test('is nothing when a page was opened or something of others was pressed', async () => {
    for (const payload of [
      pressed({ actions: [{ action_id: 'open' }] }),
      pressed({ actions: [{ action_id: 'deploy', value: 'x' }] }),
      { type: 'shortcut', callback_id: 'x' },
    ]) {
      assert.deepEqual((await answers.read(await delivery(payload))).answers, [])
    }
  })

  test('cannot be read when it is no interaction', async () => {
    const broken = await delivery({ type: 7 })
    await assert.rejects(answers.read(broken), refused('CHAT_DELIVERY_INVALID'))
  })
})

describe('a button', () => {
  test('asks for a reason first where one is needed, and takes none that is blank', async () => {
    const reject = { ...button, verb: 'reject' as const }
    const value = buttonValue(key, reject)
    const first = await delivery(pressed({ actions: [{ action_id: 'reject', value }] }))
    assert.deepEqual((await answers.read(first)).answers, [])
    const submit = (reason: string) =>
      delivery({
        ...pressed(),
        type: 'view_submission',
        view: {
          callback_id: 'driftgate:reject',
          private_metadata: JSON.stringify({ value, channel: 'C0123456789', ts: '1' }),
          state: { values: { reason: { reason: { value: reason } } } },
        },
      })
    const blank = await answers.read(await submit('  '))
    assert.deepEqual(blank.answers, [])
    assert.match(JSON.stringify(blank.acknowledgement), /response_action.*errors/)
    const [given] = (await answers.read(await submit(' worse on students '))).answers
    assert.deepEqual([given?.verb, given?.reason], ['reject', 'worse on students'])
  })

  test('is good for its own verb, evidence, channel and environment only', () => {
    const value = buttonValue(key, button)
    assert.deepEqual(readButton(key, 'approve', value), button)
    assert.equal(value, buttonValue(key, button))
    const others = [
      readButton(key, 'reject', value),
      readButton({ ...key, channel: 'other' }, 'approve', value),
      readButton({ ...key, environment: 'staging' }, 'approve', value),
      readButton({ ...key, secret: 'rotated' }, 'approve', value),
      readButton(key, 'approve', value.replace('m/1', 'm/2')),
      readButton(key, 'approve', value.replace('aaa', 'bbb')),
      readButton(key, 'approve', `${value} x`),
      readButton(key, 'approve', ''),
    ]
    assert.deepEqual(
      others,
      others.map(() => null),
    )
  })

  test('of each of two requests that wait has the same action and its own place and value', () => {
    const [one, other] = (['car-loan/2', 'car-loan/3'] as const).map((id) => {
      const digest = `sha256:${id}`
      const action = { verb: 'approve', subject: id, digest, confirm: null } as const
      const subject = { kind: 'release', id } as const
      const blocks = blocksOf(
        { ...waiting, subject, evidenceDigest: digest, actions: [action] },
        { value: (each) => buttonValue(key, each) },
      )
      const actions = blocks.find(({ type }) => type === 'actions') as ActionsBlock
      const [pressedOne] = actions.elements as Button[]
      return { block: actions.block_id, ...pressedOne }
    })
    assert.equal(one?.action_id, other?.action_id)
    assert.notEqual(one?.block, other?.block)
    assert.equal(readButton(key, 'approve', one?.value ?? '')?.subject, 'car-loan/2')
    assert.equal(readButton(key, 'approve', other?.value ?? '')?.subject, 'car-loan/3')
  })

  test('that we did not make is no answer', async () => {
    const value = buttonValue({ ...key, environment: 'staging' }, button)
    const heard = await answers.read(
      await delivery(pressed({ actions: [{ action_id: 'approve', value }] })),
    )
    assert.deepEqual(heard.answers, [])
    assert.ok(heard.next)
  })
})
