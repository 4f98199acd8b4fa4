import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { down, plan, status, up } from '../../deploy/local/index.ts'
import { synapseSecrets } from '../../deploy/local/synapse/secrets.ts'
import { versions } from '../../deploy/local/versions.ts'
import { signInToMatrix } from '../../examples/demo/matrix-user.ts'

const folder = mkdtempSync(join(tmpdir(), 'driftgate-synapse-'))
after(async () => {
  await down(folder)
  rmSync(folder, { recursive: true, force: true })
})

test('the Matrix server starts where it is asked for, and only there', async () => {
  const items = (also: boolean) => plan(undefined, also ? ['synapse'] : []).map(({ what }) => what)
  assert.deepEqual(
    items(true).filter((what) => !items(false).includes(what)),
    ['Matrix server: Synapse'],
  )
  const requirements = new URL('../../deploy/local/synapse/requirements.txt', import.meta.url)
  assert.match(
    readFileSync(requirements, 'utf8'),
    new RegExp(`^matrix-synapse==${versions.synapse}$`, 'm'),
  )

  const { synapse: url } = await up({ folder, only: ['synapse'] })
  const secrets = synapseSecrets(folder)
  for (const { id, user, password } of secrets.people) {
    assert.equal((await signInToMatrix(url ?? '', id, password)).user, user)
  }
  const listed = readFileSync(join(folder, 'synapse/people'), 'utf8').trim().split('\n')
  assert.deepEqual(
    listed,
    secrets.people.map(({ id, password }) => `${id} ${password}`),
  )
  await assert.rejects(signInToMatrix(url ?? '', 'approver', 'guessed'), /M_FORBIDDEN/)
  const bot = secrets.bot('driftgate')
  const asked = await fetch(`${url}/_matrix/client/v3/account/whoami`, {
    headers: { authorization: `Bearer ${readFileSync(bot.tokenFile, 'utf8')}` },
  })
  assert.equal(((await asked.json()) as { user_id: string }).user_id, bot.user)
  for (const file of [bot.tokenFile, bot.pushTokenFile, join(folder, 'synapse/homeserver.json')]) {
    assert.equal(statSync(file).mode & 0o077, 0, file)
  }

  const [first] = status(folder)
  assert.equal((await up({ folder, only: ['synapse'] })).synapse, url)
  assert.equal(status(folder)[0]?.pid, first?.pid, 'what runs is used again')
  assert.deepEqual(await down(folder), ['synapse'])
})
