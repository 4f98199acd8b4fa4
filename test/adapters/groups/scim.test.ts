import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { openGroups } from '../../../adapters/groups/index.ts'
import { scimService } from '../../support/group-worlds.ts'

let service: Awaited<ReturnType<typeof scimService>>
before(async () => {
  service = await scimService()
})
after(() => service?.close())
beforeEach(() => {
  Object.assign(service.manner, { pageSize: 100, groups: [], misbehaves: null })
})

const groupsOfOlga = async () => {
  const settings = { kind: 'scim' as const, url: service.url, token: { env: 'X' } }
  const source = openGroups({ ...settings, subject: 'externalId', roles: {} }, () => service.token)
  return (await source?.membershipOf('subject-olga'))?.groups
}
const many = (count: number) => Array.from({ length: count }, (_, index) => `team-${index}`)

test('the groups of a person are read page by page, however few come at once', async () => {
  for (const [pageSize, count] of [
    [2, 5],
    [1, 3],
    [100, 250],
    [250, 199],
  ] as const) {
    Object.assign(service.manner, { pageSize, groups: many(count) })
    assert.deepEqual(await groupsOfOlga(), ['approvers', 'risk', ...many(count)], `${pageSize}`)
  }
})

test('a service whose pages do not add up is refused: nobody knows which right is missing', async () => {
  for (const misbehaves of ['first page again', 'ends early'] as const) {
    Object.assign(service.manner, { pageSize: 2, groups: many(5), misbehaves })
    await assert.rejects(groupsOfOlga(), { code: 'GROUPS_REFUSED' }, misbehaves)
  }
})
