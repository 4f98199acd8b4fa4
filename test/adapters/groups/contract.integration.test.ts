import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { after, before, describe, test } from 'node:test'
import { inspect } from 'node:util'
import { groupSources } from '../../../adapters/groups/index.ts'
import type { GroupSettings } from '../../../contracts/group-settings.ts'
import { type GroupWorld, groupWorlds } from '../../support/group-worlds.ts'

/** What every kind of group source promises, held against a real one, or what stands in for it. */
for (const kind of Object.keys(groupSources) as GroupSettings['kind'][]) {
  describe(`the group source ${kind}`, () => {
    let world: GroupWorld
    before(async () => {
      world = await groupWorlds[kind]()
    })
    after(() => world?.close())

    const of = async (person: 'olga' | 'vera' | 'gone') =>
      world.source.membershipOf(await world.subjectOf(person))

    test('has its name and a page', () => {
      assert.equal(world.source.kind, kind)
      const page = new URL(`../../../docs/reference/groups/${kind}.md`, import.meta.url)
      assert.ok(existsSync(page), page.href)
    })

    test('tells roles and groups, those that a group brings too', async () => {
      const olga = await of('olga')
      assert.deepEqual(olga?.groups.toSorted(), world.groups.toSorted())
      assert.ok(olga.roles.includes('approver'), olga.roles.join())
      assert.ok(olga.roles.includes('viewer'), olga.roles.join())
      const vera = await of('vera')
      assert.deepEqual(vera?.groups, [])
      assert.ok(!vera.roles.includes('approver'))
    })

    test('knows nobody who is not there or is disabled, and nobody by a trick', async () => {
      if (kind !== 'file') assert.equal(await of('gone'), null)
      for (const subject of ['nobody', '', '*', '../users', '__proto__', 'x" or id pr "']) {
        assert.equal(await world.source.membershipOf(subject), null, subject)
      }
    })

    test('tells how it is reached', async () => {
      assert.match(await world.source.probe(), /\d+ (people|users)/)
    })

    test('says no to another secret, and prints none', async () => {
      const source = world.withWrongSecret()
      if (source === null) return
      const error = await source.membershipOf(await world.subjectOf('olga')).catch((each) => each)
      assert.equal(error.code, 'GROUPS_REFUSED')
      assert.ok(!inspect(error, { depth: null }).includes(world.secret))
    })

    test('tells at once when somebody was taken out of a group', async () => {
      await world.takeOut()
      const olga = await of('olga')
      assert.deepEqual(olga?.groups, [world.groups[1]])
      assert.ok(!olga.roles.includes('approver'))
    })

    test('that is gone cannot be asked, which is no answer', async () => {
      await world.close()
      const subject = 'subject-olga'
      await assert.rejects(world.source.membershipOf(subject), { code: 'GROUPS_UNREACHABLE' })
      world.close = async () => {}
    })
  })
}
