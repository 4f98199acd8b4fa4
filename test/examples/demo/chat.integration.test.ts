import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { down, up } from '../../../deploy/local/index.ts'
import { synapseSecrets } from '../../../deploy/local/synapse/secrets.ts'
import { openChat } from '../../../examples/demo/chat.ts'
import { signInToMatrix } from '../../../examples/demo/matrix-user.ts'

const folder = mkdtempSync(join(tmpdir(), 'driftgate-chat-'))
after(async () => {
  await down(folder)
  rmSync(folder, { recursive: true, force: true })
})

test('every run of the demo has one room, and its people are in no room of an earlier one', async () => {
  const { synapse = '' } = await up({ folder, only: ['synapse'] })
  const first = await openChat(folder, synapse)
  const second = await openChat(folder, synapse)
  assert.notEqual(first.room, second.room)
  for (const { id, password } of synapseSecrets(folder).people) {
    const person = await signInToMatrix(synapse, id, password)
    const { joined_rooms } = await person.call('GET', 'v3/joined_rooms')
    assert.deepEqual(joined_rooms, [second.room], id)
  }
})
