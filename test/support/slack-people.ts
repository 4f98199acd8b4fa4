import { webcrypto } from 'node:crypto'
import type { SlackServer } from './slack-server.ts'

export const slackHome = {
  workspace: 'T0123456789',
  app: 'A0123456789',
  signingSecret: '8f742231b10e8888abcd99yyyzzz85a5',
}

/** Somebody who uses Slack. */
export interface SlackPerson {
  readonly id: string
  readonly name: string
  readonly team?: string
}

export interface Press {
  readonly person: SlackPerson
  /** Of the message; the newest unless said. */
  readonly ts?: string
  /** The action; `approve` unless said. */
  readonly verb?: string
  /** What Slack would not do, for a test. */
  readonly payload?: object
  readonly request?: Partial<SignedRequest>
}

export interface SignedRequest {
  readonly atMs: number
  readonly secret: string
  /** Instead of what was signed. */
  readonly body: string
  readonly signature: string
}

export interface SlackAnswer {
  readonly status: number
  readonly text: string
  /** How long the app took to acknowledge, milliseconds. */
  readonly tookMs: number
}

let counter = 0

/**
 * What Slack does when people press things: it builds the payload from the message as it stands, signs it and waits three
 * seconds. Signed by WebCrypto, as by somebody else.
 * @param url where it is sent to; null: over a socket that the app has opened.
 */
export function slackPeople(server: SlackServer, url: string | null) {
  const payloadOf = ({ person, ts, verb = 'approve', payload }: Press) => {
    const message =
      ts === undefined ? [...server.messages.values()].at(-1) : server.messages.get(ts)
    const actions = message?.blocks.find(({ type }: { type: string }) => type === 'actions')
    const element = actions?.elements.find(
      ({ action_id }: { action_id: string }) => action_id === verb,
    )
    if (!message || !element) throw new Error(`there is no ${verb} to press: ${message?.text}`)
    const trigger = `trigger-${++counter}`
    server.triggers.set(trigger, { user: person.id, atMs: Date.now() })
    return {
      type: 'block_actions',
      ...common(person),
      trigger_id: trigger,
      container: { type: 'message', message_ts: message.ts, channel_id: server.channel },
      channel: { id: server.channel, name: 'ml-team' },
      message: { type: 'message', ts: message.ts, text: message.text, blocks: message.blocks },
      response_url: 'https://hooks.slack.example/actions/never-used',
      actions: [
        {
          ...{ action_id: verb, block_id: actions.block_id, type: 'button' },
          text: element.text,
          ...(element.value === undefined ? {} : { value: element.value }),
          action_ts: `${(Date.now() + counter) / 1000}`,
        },
      ],
      ...payload,
    }
  }

  async function send(payload: object, request: Partial<SignedRequest> = {}): Promise<SlackAnswer> {
    if (url === null) {
      const start = performance.now()
      const answer = await server.sockets.deliver(payload)
      const text = Object.keys(answer).length === 0 ? '' : JSON.stringify(answer)
      return { status: 200, text, tookMs: performance.now() - start }
    }
    const signed = new URLSearchParams({ payload: JSON.stringify(payload) }).toString()
    const timestamp = Math.floor((request.atMs ?? Date.now()) / 1000).toString()
    const signature =
      request.signature ??
      (await sign(request.secret ?? slackHome.signingSecret, `v0:${timestamp}:${signed}`))
    const start = performance.now()
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        'x-slack-request-timestamp': timestamp,
        'x-slack-signature': signature,
      },
      body: request.body ?? signed,
      signal: AbortSignal.timeout(3_000),
    })
    const text = await response.text()
    return { status: response.status, text, tookMs: performance.now() - start }
  }

  return {
    /** Presses a button of a card. */
    press: (press: Press) => send(payloadOf(press), press.request),
    /** The same request twice: what a person who listens in would do. */
    payloadOf,
    send,
    /** Sends the form that was opened last for this person. */
    submit(person: SlackPerson, reason: string) {
      const opened = server.views.findLast(({ user }) => user === person.id)
      if (opened === undefined) throw new Error(`no form was opened for ${person.name}`)
      const input = opened.view.blocks.find(({ type }: { type: string }) => type === 'input')
      const value = { type: 'plain_text_input', value: reason }
      return send({
        type: 'view_submission',
        ...common(person),
        view: {
          id: `V${++counter}`,
          type: 'modal',
          callback_id: opened.view.callback_id,
          private_metadata: opened.view.private_metadata,
          state: { values: { [input.block_id]: { [input.element.action_id]: value } } },
        },
      })
    },
    /** What was told to one person alone, the last first. */
    told: ({ id }: SlackPerson) =>
      server.whispers.flatMap(({ user, text }) => (user === id ? [text] : [])).reverse(),
  }
}

const common = ({ id, name, team }: SlackPerson) => ({
  api_app_id: slackHome.app,
  team: { id: slackHome.workspace, domain: 'test' },
  user: { id, username: name, name, team_id: team ?? slackHome.workspace },
  is_enterprise_install: false,
  enterprise: null,
})

export async function sign(secret: string, text: string): Promise<string> {
  const bytes = (value: string) => new TextEncoder().encode(value)
  const algorithm = { name: 'HMAC', hash: 'SHA-256' }
  const key = await webcrypto.subtle.importKey('raw', bytes(secret), algorithm, false, ['sign'])
  const mac = await webcrypto.subtle.sign('HMAC', key, bytes(text))
  return `v0=${Buffer.from(mac).toString('hex')}`
}
