import { createHmac } from 'node:crypto'
import { DriftgateError } from '../../../contracts/errors.ts'
import type { MatrixPerson, SynapseSecrets } from './secrets.ts'

/** An application service makes its own user; one that is there stays as it is. */
export async function registerBot(url: string, name: string, token: string): Promise<void> {
  const body = { type: 'm.login.application_service', username: name, inhibit_login: true }
  await call(url, '/_matrix/client/v3/register', body, token)
}

/** The ready-made people; who is there stays as they are. */
export async function registerPeople(url: string, secrets: SynapseSecrets): Promise<void> {
  for (const person of secrets.people) await register(url, person, secrets.of('registration'))
}

/** @see https://element-hq.github.io/synapse/latest/admin_api/register_api.html */
async function register(url: string, person: MatrixPerson, secret: string): Promise<void> {
  const path = '/_synapse/admin/v1/register'
  const { nonce } = (await (await fetch(`${url}${path}`)).json()) as { nonce: string }
  const { id, name, password } = person
  const mac = createHmac('sha1', secret)
    .update([nonce, id, password, 'notadmin'].join('\0'))
    .digest('hex')
  await call(url, path, { nonce, username: id, displayname: name, password, admin: false, mac })
}

async function call(url: string, path: string, body: object, token?: string): Promise<void> {
  const response = await fetch(`${url}${path}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify(body),
  })
  const answer = (await response.json()) as { errcode?: string; error?: string }
  if (response.ok || answer.errcode === 'M_USER_IN_USE') return
  const reason = `${path} answers ${response.status} ${answer.errcode}: ${answer.error}`
  throw new DriftgateError('SERVER_START_FAILED', {
    server: 'synapse',
    reason,
    log: 'the log of synapse',
  })
}
