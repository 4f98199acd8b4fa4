import { z } from 'zod'
import type { ScimGroups } from '../../contracts/group-settings.ts'
import type { Secret } from '../../contracts/secret.ts'
import { askSource } from './ask.ts'
import type { GroupSource } from './group-source.ts'

const named = z.object({ value: z.string(), display: z.string().optional() })
const listOf = <T>(resource: z.ZodType<T>) =>
  z.object({ totalResults: z.number(), Resources: z.array(resource).default([]) })
const usersSchema = listOf(
  z
    .object({
      id: z.string(),
      active: z.boolean().default(true),
      groups: z.array(named).optional(),
      roles: z.array(named).default([]),
    })
    .loose(),
)
const groupsSchema = listOf(z.object({ displayName: z.string() }))

/**
 * Roles and groups of a SCIM user. A service that does not tell groups with a user is asked for the groups that have it
 * as a member. A filter that finds two people finds nobody: rights must never be those of somebody else.
 * @see https://www.rfc-editor.org/rfc/rfc7644 section 3.4.2
 */
export function scimGroups(
  settings: ScimGroups,
  readSecret: (secret: Secret, name: string) => string,
): GroupSource {
  const address = settings.url
  const root = address.replace(/\/$/, '')

  const ask = <T>(schema: z.ZodType<T>, path: string, query: Record<string, string>) => {
    const token = readSecret(settings.token, 'gateway.groups.token')
    const url = new URL(`${root}/${path}`)
    url.search = new URLSearchParams(query).toString()
    const headers = { accept: 'application/scim+json', authorization: `Bearer ${token}` }
    return askSource(address, schema, url, { headers })
  }

  return {
    kind: 'scim',
    address,
    async membershipOf(subject) {
      const filter = `${settings.subject} eq ${JSON.stringify(subject)}`
      const found = await ask(usersSchema, 'Users', { filter })
      const [user] = found?.Resources ?? []
      // A service that ignores the filter must not hand us the first person it has.
      if (user === undefined || found?.totalResults !== 1 || !user.active) return null
      if (user[settings.subject] !== subject) return null
      return {
        roles: user.roles.map(({ value }) => value),
        groups:
          user.groups?.map(({ value, display }) => display ?? value) ?? (await groupsOf(user.id)),
      }
    },
    async probe() {
      const found = await ask(usersSchema, 'Users', { count: '1' })
      return `${found?.totalResults ?? 0} users`
    },
  }

  async function groupsOf(id: string): Promise<string[]> {
    const filter = `members.value eq ${JSON.stringify(id)}`
    const found = await ask(groupsSchema, 'Groups', { filter })
    return (found?.Resources ?? []).map(({ displayName }) => displayName)
  }
}
