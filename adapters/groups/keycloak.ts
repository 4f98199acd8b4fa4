import { z } from 'zod'
import { DriftgateError } from '../../contracts/errors.ts'
import type { KeycloakGroups } from '../../contracts/group-settings.ts'
import type { Secret } from '../../contracts/secret.ts'
import { askSource } from './ask.ts'
import type { GroupSource } from './group-source.ts'

const tokenSchema = z.object({ access_token: z.string() })
const userSchema = z.object({ id: z.string(), enabled: z.boolean().default(true) })
const rolesSchema = z.array(z.object({ name: z.string() }))
const groupsSchema = z.array(z.object({ name: z.string(), path: z.string().optional() }))
const most = '1000'

/**
 * Realm roles (those that come through groups and composites too) and groups of a user, whose id is the subject of
 * Keycloak's tokens. A group is named by its path, as the group mapper of a token names it: `/ml/approvers`.
 * @see https://www.keycloak.org/docs-api/latest/rest-api/index.html
 */
export function keycloakGroups(
  settings: KeycloakGroups,
  readSecret: (secret: Secret, name: string) => string,
): GroupSource {
  const address = settings.url
  const root = address.replace(/\/$/, '')
  const realm = encodeURIComponent(settings.realm)

  async function token(): Promise<string> {
    const secret = readSecret(settings.clientSecret, 'gateway.groups.clientSecret')
    const url = new URL(`${root}/realms/${realm}/protocol/openid-connect/token`)
    const answer = await askSource(address, tokenSchema, url, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: settings.clientId,
        client_secret: secret,
      }),
    })
    if (answer !== null) return answer.access_token
    const reason = `there is no realm ${settings.realm}`
    throw new DriftgateError('GROUPS_REFUSED', { address, reason })
  }

  const ask = <T>(bearer: string, schema: z.ZodType<T>, path: string): Promise<T | null> => {
    const url = new URL(`${root}/admin/realms/${realm}/${path}`)
    return askSource(address, schema, url, { headers: { authorization: `Bearer ${bearer}` } })
  }

  return {
    kind: 'keycloak',
    address,
    async membershipOf(subject) {
      // These would name another place than a person.
      if (['', '.', '..'].includes(subject)) return null
      const bearer = await token()
      const path = `users/${encodeURIComponent(subject)}`
      const [user, roles, groups] = await Promise.all([
        ask(bearer, userSchema, path),
        ask(bearer, rolesSchema, `${path}/role-mappings/realm/composite`),
        ask(bearer, groupsSchema, `${path}/groups?max=${most}`),
      ])
      if (user === null || !user.enabled || user.id !== subject) return null
      return {
        roles: (roles ?? []).map(({ name }) => name),
        groups: (groups ?? []).map(({ name, path: full }) => full ?? name),
      }
    },
    async probe() {
      const count = await ask(await token(), z.number(), 'users/count')
      return `${count ?? 0} users in ${settings.realm}`
    },
  }
}
