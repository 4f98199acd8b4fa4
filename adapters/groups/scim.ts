import { z } from 'zod'
import { DriftgateError } from '../../contracts/errors.ts'
import type { ScimGroups } from '../../contracts/group-settings.ts'
import type { Secret } from '../../contracts/secret.ts'
import { askSource } from './ask.ts'
import { type GroupSource, groupsTimeoutMs } from './group-source.ts'
import { allPages } from './scim-pages.ts'

const named = z.object({ value: z.string(), display: z.string().optional() })
const listOf = <T>(resource: z.ZodType<T>) =>
  z.object({
    totalResults: z.number(),
    startIndex: z.number().optional(),
    Resources: z.array(resource).default([]),
  })
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
const groupsSchema = listOf(z.object({ id: z.string(), displayName: z.string() }))

/**
 * Roles and groups of a SCIM user. A service that does not tell groups with a user is asked for the groups that have it
 * as a member, page by page. A filter that finds two people finds nobody: rights must never be those of somebody else.
 * @see https://www.rfc-editor.org/rfc/rfc7644 section 3.4.2
 */
export function scimGroups(
  settings: ScimGroups,
  readSecret: (secret: Secret, name: string) => string,
): GroupSource {
  const address = settings.url
  const root = address.replace(/\/$/, '')

  const ask = <T>(
    schema: z.ZodType<T>,
    path: string,
    query: Record<string, string>,
    signal = AbortSignal.timeout(groupsTimeoutMs),
  ) => {
    const token = readSecret(settings.token, 'gateway.groups.token')
    const url = new URL(`${root}/${path}`)
    url.search = new URLSearchParams(query).toString()
    const headers = { accept: 'application/scim+json', authorization: `Bearer ${token}` }
    return askSource(address, schema, url, { headers, signal })
  }

  return {
    kind: 'scim',
    address,
    async membershipOf(subject) {
      const signal = AbortSignal.timeout(groupsTimeoutMs)
      const filter = `${settings.subject} eq ${JSON.stringify(subject)}`
      const found = await ask(usersSchema, 'Users', { filter }, signal)
      const [user] = found?.Resources ?? []
      // A service that ignores the filter must not hand us the first person it has.
      if (user === undefined || found?.totalResults !== 1 || !user.active) return null
      if (user[settings.subject] !== subject) return null
      return {
        roles: user.roles.map(({ value }) => value),
        groups:
          user.groups?.map(({ value, display }) => display ?? value) ??
          (await groupsOf(user.id, signal)),
      }
    },
    async probe() {
      const found = await ask(usersSchema, 'Users', { count: '1' })
      return `${found?.totalResults ?? 0} users`
    },
  }

  async function groupsOf(id: string, signal: AbortSignal): Promise<string[]> {
    const filter = `members.value eq ${JSON.stringify(id)}`
    const groups = await allPages((page) =>
      ask(groupsSchema, 'Groups', { filter, ...page }, signal),
    )
    if (groups !== null) return groups.map(({ displayName }) => displayName)
    const reason = 'the pages of /Groups do not add up to what it says there are'
    throw new DriftgateError('GROUPS_REFUSED', { address, reason })
  }
}
