import type { ChatChannel, Posting } from './chat-channel.ts'

/** Of a product in which a card whose posting was never answered can be looked for, by its key. */
export interface Poster {
  /** Null: it is not there. */
  find(key: string, since: Date): Promise<string | null>
  make(posting: Posting): Promise<string>
  update: ChatChannel['update']
}

/** Posts a card unless an earlier attempt came through after all: then that one is shown as it is now. */
export const postOnce =
  ({ find, make, update }: Poster): ChatChannel['post'] =>
  async (posting) => {
    const { attemptedAt, key } = posting
    const found = attemptedAt && (await find(key, attemptedAt))
    if (!found) return make(posting)
    await update(found, posting)
    return found
  }
