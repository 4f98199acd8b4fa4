import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../../deploy/local/free-port.ts'
import { down } from '../../deploy/local/index.ts'
import { startKeycloak } from '../../deploy/local/keycloak.ts'

export const keycloakRealm = 'driftgate'
export const keycloakClient = { id: 'driftgate-groups', secret: 'keycloak-test-only' }
export const keycloakPassword = 'test-only'

/** A realm as somebody would set one up for Driftgate: roles, groups, people, and a client of each kind. */
const realm = {
  realm: keycloakRealm,
  enabled: true,
  sslRequired: 'none',
  roles: { realm: ['viewer', 'operator', 'approver', 'auditor'].map((name) => ({ name })) },
  groups: [
    {
      name: 'ml',
      realmRoles: ['viewer'],
      subGroups: [{ name: 'approvers', realmRoles: ['approver'] }],
    },
    { name: 'risk' },
  ],
  clients: [
    { ...client('driftgate-web'), standardFlowEnabled: true, redirectUris: ['http://127.0.0.1:*'] },
    {
      ...client('driftgate-cli'),
      directAccessGrantsEnabled: true,
      attributes: { 'oauth2.device.authorization.grant.enabled': 'true' },
    },
    {
      ...{ clientId: keycloakClient.id, secret: keycloakClient.secret, enabled: true },
      ...{ publicClient: false, serviceAccountsEnabled: true, standardFlowEnabled: false },
    },
  ],
  users: [
    person('olga', { groups: ['/ml/approvers', '/risk'] }),
    person('vera', { realmRoles: ['viewer'] }),
    person('gone', { realmRoles: ['approver'], enabled: false }),
    {
      username: `service-account-${keycloakClient.id}`,
      enabled: true,
      serviceAccountClientId: keycloakClient.id,
      clientRoles: { 'realm-management': ['view-users'] },
    },
  ],
}

function client(clientId: string) {
  return {
    ...{ clientId, enabled: true, protocol: 'openid-connect', publicClient: true },
    standardFlowEnabled: false,
    protocolMappers: [
      {
        ...{ name: 'audience', protocol: 'openid-connect' },
        protocolMapper: 'oidc-audience-mapper',
        config: { 'included.custom.audience': 'driftgate', 'access.token.claim': 'true' },
      },
      {
        ...{ name: 'roles', protocol: 'openid-connect' },
        protocolMapper: 'oidc-usermodel-realm-role-mapper',
        config: {
          ...{ 'claim.name': 'roles', 'jsonType.label': 'String', multivalued: 'true' },
          'access.token.claim': 'true',
        },
      },
      {
        ...{ name: 'groups', protocol: 'openid-connect' },
        protocolMapper: 'oidc-group-membership-mapper',
        config: { 'claim.name': 'groups', 'full.path': 'true', 'access.token.claim': 'true' },
      },
    ],
  }
}

function person(username: string, more: object) {
  const name = `${username[0]?.toUpperCase()}${username.slice(1)}`
  return {
    ...{ username, enabled: true, email: `${username}@example.test`, emailVerified: true },
    ...{ firstName: name, lastName: 'Test' },
    credentials: [{ type: 'password', value: keycloakPassword, temporary: false }],
    ...more,
  }
}

export interface TestKeycloak {
  readonly url: string
  /** `URL/realms/REALM`. */
  readonly issuer: string
  /** As the administrator; null: nothing came back. */
  admin(method: string, path: string, body?: object): Promise<unknown>
  /** The subject of somebody. */
  subjectOf(username: string): Promise<string>
  close(): Promise<void>
}

/** A real Keycloak of the test's own. */
export async function testKeycloak(): Promise<TestKeycloak> {
  const folder = mkdtempSync(join(tmpdir(), 'driftgate-keycloak-'))
  const url = await startKeycloak(folder, await freePort(), {
    ...realm,
    // An administrator of this realm alone, for what a test changes.
    users: [
      ...realm.users,
      person('admin', { clientRoles: { 'realm-management': ['realm-admin'] } }),
    ],
  })
  const issuer = `${url}/realms/${keycloakRealm}`

  async function admin(method: string, path: string, body?: object): Promise<unknown> {
    const signIn = await fetch(`${issuer}/protocol/openid-connect/token`, {
      method: 'POST',
      body: new URLSearchParams({
        ...{ grant_type: 'password', client_id: 'driftgate-cli' },
        ...{ username: 'admin', password: keycloakPassword },
      }),
    })
    const { access_token: token } = (await signIn.json()) as { access_token?: string }
    const response = await fetch(`${url}/admin/realms/${keycloakRealm}/${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`)
    return text === '' ? null : JSON.parse(text)
  }

  return {
    ...{ url, issuer, admin },
    async subjectOf(username) {
      const found = (await admin('GET', `users?exact=true&username=${username}`)) as {
        id: string
      }[]
      if (!found[0]) throw new Error(`there is no ${username}`)
      return found[0].id
    },
    async close() {
      await down(folder)
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
