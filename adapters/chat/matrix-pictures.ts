import { createHash } from 'node:crypto'
import type { ChatPicture, Posting } from './chat-channel.ts'
import { cut } from './matrix-card.ts'
import type { MatrixEvent } from './matrix-cards.ts'
import type { MatrixClient } from './matrix-client.ts'

/** The picture of a card: a message of its own beside it, since a message is either text or a picture. */
export interface MatrixPictures {
  /** @returns address, width, height and bytes, as a message names a picture. */
  upload(picture: ChatPicture): Promise<string>
  /** Makes the picture beside a card the one that it is posted with; there is one, edited as its card is. */
  show(card: string, posting: Posting): Promise<void>
}

const mostAlt = 4_000

/** @see https://spec.matrix.org/v1.16/client-server-api/#mimage */
export function matrixPictures(client: MatrixClient, place: string): MatrixPictures {
  /** Found by its relation to the card, which only the bot makes; null: there is none yet. */
  async function shownBeside(card: string): Promise<{ id: string; url: unknown } | null> {
    const path = `v1/rooms/${place}/relations/${encodeURIComponent(card)}/m.reference/m.room.message?limit=100`
    const { chunk } = await client.call<{ chunk: MatrixEvent[] }>('GET', path)
    const bot = await client.user()
    const found = chunk.find(
      ({ sender, content }) => sender === bot && content['msgtype'] === 'm.image',
    )
    if (found === undefined) return null
    const edit = found.unsigned?.['m.relations']?.['m.replace']?.content?.['m.new_content']
    const { url } = (edit ?? found.content) as { url?: unknown }
    return { id: found.event_id, url }
  }

  return {
    async upload({ png, name }) {
      const address = await client.upload(png, 'image/png', name)
      const { width, height } = sizeOf(png)
      return [address, width, height, png.byteLength].join(' ')
    },
    async show(card, posting) {
      const { picture } = posting
      if (picture === undefined || posting.card.picture === null) return
      const shown = await shownBeside(card)
      const content = imageOf(picture, posting.card.picture.alt)
      if (shown?.url === content.url) return
      const related =
        shown === null
          ? { ...content, 'm.relates_to': { rel_type: 'm.reference', event_id: card } }
          : {
              ...content,
              'm.new_content': content,
              'm.relates_to': { rel_type: 'm.replace', event_id: shown.id },
            }
      // The same picture in the same place is one message, also where nobody heard that it was sent.
      const transaction = createHash('sha256')
        .update(JSON.stringify([card, shown?.id ?? null, content.url]))
        .digest('hex')
      await client.call('PUT', `v3/rooms/${place}/send/m.room.message/${transaction}`, related)
    },
  }
}

/** What it shows in words is its text; clients that show pictures put it below. */
function imageOf(picture: string, alt: string) {
  const [url = '', w, h, size] = picture.split(' ')
  return {
    ...{ msgtype: 'm.image', body: cut(alt, mostAlt), filename: 'picture.png', url },
    info: { mimetype: 'image/png', w: Number(w), h: Number(h), size: Number(size) },
    'm.mentions': {},
  }
}

/** Dots, from the first chunk of a PNG. @see https://www.w3.org/TR/png-3/#11IHDR */
function sizeOf(png: Uint8Array): { width: number; height: number } {
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength)
  return { width: view.getUint32(16), height: view.getUint32(20) }
}
