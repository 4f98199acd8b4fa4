import { cardField } from '../../adapters/chat/matrix-card.ts'
import { linkAccount } from '../../adapters/postgres/chat-accounts.ts'
import { openPool } from '../../adapters/postgres/pool.ts'
import { recordSignIn } from '../../adapters/postgres/sign-ins.ts'
import type { MatrixSettings } from '../../contracts/chat-settings.ts'
import { findPerson } from '../../deploy/local/identity/people.ts'
import { portsOf } from '../../deploy/local/ports.ts'
import {
  type MatrixPerson,
  serverName,
  synapseSecrets,
} from '../../deploy/local/synapse/secrets.ts'
import { leaveRooms, matrixUser, roomOf, signInToMatrix } from './matrix-user.ts'
import { until } from './patience.ts'
import type { ChatWay } from './view.ts'

/** The chat of one run: a room of its own on the project's Matrix server. */
export interface DemoChat {
  readonly homeserver: string
  /** Our page for it. */
  readonly page: string
  readonly room: string
  readonly people: readonly MatrixPerson[]
  /** As the configuration has it. */
  readonly channel: MatrixSettings
}

const bot = 'driftgate-demo'

/** Makes the room, with the bot and all the ready-made people in it; rooms of earlier runs are left. */
export async function openChat(folder: string, homeserver: string): Promise<DemoChat> {
  const secrets = synapseSecrets(folder)
  const { user, token, tokenFile, pushTokenFile } = secrets.bot(bot)
  const people = await Promise.all(
    secrets.people.map(({ id, password }) => signInToMatrix(homeserver, id, password)),
  )
  const driftgate = matrixUser(homeserver, user, token)
  await leaveRooms(driftgate, people)
  const room = await roomOf(driftgate, 'ml-team', people)
  const { demoChatPage } = await portsOf(folder, ['demoChatPage'])
  const page = `http://127.0.0.1:${demoChatPage}/`
  return {
    ...{ homeserver, page, room },
    people: secrets.people,
    channel: {
      ...{ kind: 'matrix', homeserver, room },
      token: { file: tokenFile },
      pushToken: { file: pushTokenFile },
      links: `${page}#`,
    },
  }
}

/**
 * Whose account is whose, as if both approvers had signed in once by the link that the bot tells: a newcomer's first ✅
 * counts. The other people are strangers to the gate until they do so.
 */
export async function linkApprovers(chat: DemoChat, database: string): Promise<void> {
  const db = openPool(database)
  const at = new Date()
  try {
    for (const { id, name, user } of chat.people) {
      const roles = findPerson(id)?.roles ?? []
      if (!roles.includes('approver')) continue
      const account = { kind: 'matrix', workspace: serverName, user, name: id }
      await linkAccount(db, account, { subject: id, name }, at)
      await recordSignIn(db, { person: id, name, knownAs: null, roles, groups: [], at })
    }
  } finally {
    await db.end()
  }
}

/** One person presses ✅ on the card that waits, as soon as it is there; with a digest only on the one that asks for that evidence. */
export async function pressInChat(
  { homeserver, room, people }: Pick<DemoChat, 'homeserver' | 'room'> & Pick<ChatWay, 'people'>,
  { person, digest, signal }: { person: string; digest?: string; signal: AbortSignal },
): Promise<void> {
  const password = people.find(({ id }) => id === person)?.password ?? ''
  const user = await signInToMatrix(homeserver, person, password)
  const card = await until('the card', { signal, forMs: 60_000 }, async () => {
    const asks = (shown: CardInRoom | undefined) =>
      shown?.state === 'waiting' && (digest === undefined || shown.digest === digest)
    const messages = await user.messages(room)
    return messages.find(({ content }) => asks(content[cardField] as CardInRoom)) ?? null
  })
  await user.react(room, card.id, '✅')
}

interface CardInRoom {
  readonly state: string
  readonly digest: string
}
