import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type GroupSource, openGroups } from '../../adapters/groups/index.ts'
import type { GroupSettings } from '../../contracts/group-settings.ts'
import { keycloakClient, keycloakRealm, testKeycloak } from './keycloak.ts'

/** A group source that a test looks into: Olga is in risk and ml approvers, Vera looks only, somebody is disabled. */
export interface GroupWorld {
  readonly source: GroupSource
  /** The groups of Olga as this source names them: the one that brings the role first. */
  readonly groups: readonly [string, string]
  readonly secret: string
  subjectOf(person: 'olga' | 'vera' | 'gone'): Promise<string>
  /** Takes Olga out of the group that brings her the role. */
  takeOut(): Promise<void>
  /** Another source at the same place, with a secret that is not accepted. */
  withWrongSecret(): GroupSource | null
  close(): Promise<void>
}

/** One for every kind of group source. */
export const groupWorlds: Readonly<Record<GroupSettings['kind'], () => Promise<GroupWorld>>> = {
  async file() {
    const folder = mkdtempSync(join(tmpdir(), 'driftgate-groups-'))
    const file = join(folder, 'people.yaml')
    const write = (groups: string) =>
      writeFileSync(
        file,
        `olga: { roles: [viewer], groups: [${groups}] }\nvera: { roles: [viewer] }\n`,
      )
    write('approvers, risk')
    const roles = { approvers: ['approver'] }
    return {
      source: openGroups({ kind: 'file', file, roles }, () => '')!,
      groups: ['approvers', 'risk'],
      secret: 'no secret',
      subjectOf: async (person) => person,
      takeOut: async () => write('risk'),
      withWrongSecret: () => null,
      close: async () => rmSync(folder, { recursive: true }),
    }
  },

  async keycloak() {
    const keycloak = await testKeycloak()
    const open = (secret: string) =>
      openGroups(
        {
          ...{ kind: 'keycloak', url: keycloak.url, realm: keycloakRealm, roles: {} },
          ...{ clientId: keycloakClient.id, clientSecret: { env: 'X' } },
        },
        () => secret,
      )!
    return {
      source: open(keycloakClient.secret),
      groups: ['/ml/approvers', '/risk'],
      secret: keycloakClient.secret,
      subjectOf: (person) => keycloak.subjectOf(person),
      async takeOut() {
        const id = await keycloak.subjectOf('olga')
        const groups = (await keycloak.admin('GET', `users/${id}/groups`)) as {
          id: string
          name: string
        }[]
        const group = groups.find(({ name }) => name === 'approvers')
        await keycloak.admin('DELETE', `users/${id}/groups/${group?.id}`)
      },
      withWrongSecret: () => open('wrong'),
      close: keycloak.close,
    }
  },

  async scim() {
    const service = await scimService()
    const open = (secret: string) =>
      openGroups(
        {
          ...{ kind: 'scim', url: service.url, token: { env: 'X' }, subject: 'externalId' },
          roles: { approvers: ['approver'] },
        },
        () => secret,
      )!
    return {
      source: open(service.token),
      groups: ['approvers', 'risk'],
      secret: service.token,
      subjectOf: async (person) => `subject-${person}`,
      takeOut: async () => void service.approvers.delete('1'),
      withWrongSecret: () => open('wrong'),
      close: service.close,
    }
  },
}

interface ScimManner {
  /** The most that it hands out at once. */
  pageSize: number
  /** More groups that Olga is in. */
  groups: string[]
  misbehaves: 'first page again' | 'ends early' | null
}

/**
 * A SCIM 2.0 service as RFC 7643 and 7644 have it, as far as rights are asked for: filters by one attribute, a bearer token,
 * groups told by the group alone, page by page.
 */
export async function scimService() {
  const manner: ScimManner = { pageSize: 100, groups: [], misbehaves: null }
  const token = 'scim-test-token-0123456789'
  const approvers = new Set(['1'])
  const users = [
    { id: '1', externalId: 'subject-olga', userName: 'olga', roles: [{ value: 'viewer' }] },
    { id: '2', externalId: 'subject-vera', userName: 'vera', roles: [{ value: 'viewer' }] },
    { id: '3', externalId: 'subject-gone', userName: 'gone', active: false, roles: [] },
  ]
  const server = createServer((request, response) => {
    const say = (status: number, body: object) =>
      response
        .writeHead(status, { 'content-type': 'application/scim+json' })
        .end(JSON.stringify(body))
    if (request.headers.authorization !== `Bearer ${token}`) {
      return void say(401, { schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'] })
    }
    const url = new URL(request.url ?? '/', 'http://127.0.0.1')
    const filter = url.searchParams.get('filter')
    const [, attribute, value] = /^([\w.]+) eq ("(?:[^"\\]|\\.)*")$/.exec(filter ?? '') ?? []
    if (filter !== null && attribute === undefined)
      return void say(400, { scimType: 'invalidFilter' })
    const wanted = value === undefined ? null : JSON.parse(value)
    const groups = [
      { id: '10', displayName: 'approvers', members: [...approvers] },
      { id: '11', displayName: 'risk', members: ['1'] },
      ...manner.groups.map((name) => ({ id: name, displayName: name, members: ['1'] })),
    ]
    const found = url.pathname.endsWith('/Users')
      ? users.filter((user) => wanted === null || user[attribute as 'externalId'] === wanted)
      : groups.filter(({ members }) => members.includes(wanted))
    // From one on; less than one means one. At most as many as the service likes.
    const asked = Math.max(1, Number(url.searchParams.get('startIndex') ?? 1))
    const startIndex = manner.misbehaves === 'first page again' ? 1 : asked
    const most = Math.min(Number(url.searchParams.get('count') ?? Infinity), manner.pageSize)
    const rest = found.slice(startIndex - 1)
    const resources = manner.misbehaves === 'ends early' && asked > 1 ? [] : rest.slice(0, most)
    const where = { startIndex: asked, itemsPerPage: resources.length }
    say(200, { totalResults: found.length, ...where, Resources: resources })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/scim/v2`,
    token,
    approvers,
    manner,
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
