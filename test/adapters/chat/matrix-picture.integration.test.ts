import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { ChatChannel, Posting } from '../../../adapters/chat/chat-channel.ts'
import { openChannel } from '../../../adapters/chat/index.ts'
import { pngOf } from '../../../adapters/pictures/png.ts'
import { examplePosting } from '../../support/example-posting.ts'
import { type MatrixServer, matrixServer } from '../../support/matrix-server.ts'
import { type MishapProxy, mishapProxy } from '../../support/mishap-proxy.ts'

let server: MatrixServer
let proxy: MishapProxy
let room: string
let channel: ChatChannel
before(async () => {
  server = await matrixServer()
  proxy = await mishapProxy(server.url)
  room = await server.room()
  const settings = {
    ...{ kind: 'matrix' as const, homeserver: proxy.url, room },
    ...{ token: { env: 'MATRIX_TOKEN' }, links: 'https://matrix.to/#/' },
  }
  const read = () => server.bot.token
  const chat = { team: settings }
  channel = openChannel('team', { chat, environment: 'test' }, read) as ChatChannel
})
after(async () => {
  await proxy?.close()
  await server?.close()
})

/** A card with a picture that the server has. */
async function pictured(key: string): Promise<Posting> {
  const png = await pngOf('<svg xmlns="http://www.w3.org/2000/svg" width="4" height="3"/>')
  const picture = (await channel.upload?.({ png, alt: key, name: 'x.png' })) ?? ''
  const { card } = examplePosting
  return {
    ...{ ...examplePosting, key, picture },
    card: { ...card, picture: { alt: key, link: card.link } },
  }
}

/** What stands in the room of that key: cards, and the words of pictures. */
async function standing(key: string): Promise<string[]> {
  const all = await server.bot.as.messages(room)
  return all.flatMap(({ content }) => {
    if (content.msgtype === 'm.image') return content.body === key ? ['picture'] : []
    return content['io.driftgate.card']?.key === key ? ['card'] : []
  })
}

for (const mishap of ['request lost', 'answer lost', 'limited', 'refused'] as const) {
  test(`a card whose picture could not be shown (${mishap}) is there, and no second one is made`, async () => {
    const posting = await pictured(mishap)
    proxy.mishaps.push(null, mishap)
    await assert.rejects(channel.post(posting), { code: 'CHAT_UNREACHABLE' })
    const attemptedAt = new Date()
    await channel.post({ ...posting, revision: 2, attemptedAt })
    assert.deepEqual(await standing(mishap), ['card', 'picture'])
  })
}

test('a picture that somebody deleted is shown again with the next change', async () => {
  const posting = await pictured('deleted')
  const reference = await channel.post(posting)
  const all = await server.bot.as.messages(room)
  const picture = all.find(({ body }) => body === 'deleted')
  await server.bot.as.remove(room, picture?.id ?? '')
  assert.deepEqual(await standing('deleted'), ['card'])
  const again = await pictured('deleted')
  await channel.update(reference, { ...again, revision: 2 })
  assert.deepEqual(await standing('deleted'), ['card', 'picture'])
})
