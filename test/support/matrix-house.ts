import { linkAccount } from '../../adapters/postgres/chat-accounts.ts'
import { listDecisions } from '../../adapters/postgres/decisions.ts'
import { recordSignIn } from '../../adapters/postgres/sign-ins.ts'
import type { MatrixSettings } from '../../contracts/chat-settings.ts'
import type { Decision } from '../../contracts/decision.ts'
import type { MatrixUser, ShownMessage } from '../../examples/demo/matrix-user.ts'
import { approver, until, viewer } from './gate-world.ts'
import { type GatewayWorld, gatewayWorld } from './gateway-world.ts'
import { type MatrixServer, matrixServer } from './matrix-server.ts'
import { type PushGate, pushGate } from './push-gate.ts'

type Who = 'approver' | 'viewer' | 'operator'
type Options = NonNullable<Parameters<typeof gatewayWorld>[0]>

/** A gateway whose cards appear in a room of their own. */
export interface MatrixGate {
  readonly world: GatewayWorld
  readonly room: string
  readonly db: GatewayWorld['gate']['db']
  cards(): Promise<ShownMessage[]>
  /** The card that is in this state, once there is one. */
  card(state: string): Promise<ShownMessage>
  decisions(): Promise<Decision[]>
}

export interface MatrixHouse {
  readonly matrix: MatrixServer
  readonly pushes: PushGate
  readonly people: Readonly<Record<Who, MatrixUser>>
  settingsOf(room: string): MatrixSettings
  /** The approver and the viewer have linked their accounts, and others as they are given; nothing is started. */
  gate(options?: Options, others?: readonly Linked[]): Promise<MatrixGate>
  /** What the bot told that person alone, the last one. */
  told(person: MatrixUser, pattern: RegExp): Promise<string>
  /** Who reacted to a message. */
  reactions(room: string, event: string): Promise<string[]>
  close(): Promise<void>
}

/** Somebody of the chat, and who they are with which roles. */
export interface Linked {
  readonly as: Who
  readonly subject: string
  readonly name: string
  readonly roles: readonly string[]
}

/** A real Synapse with its bot and people, for the tests of one file. */
export async function matrixHouse(): Promise<MatrixHouse> {
  const matrix = await matrixServer()
  const pushes = await pushGate(matrix.pushPort)
  const worlds: GatewayWorld[] = []
  process.env['TEST_MATRIX_TOKEN'] = matrix.bot.token
  process.env['TEST_MATRIX_PUSH_TOKEN'] = matrix.bot.pushToken
  const people = {
    approver: await matrix.signIn('approver'),
    viewer: await matrix.signIn('viewer'),
    operator: await matrix.signIn('operator'),
  }
  const heardUntil = new Map<MatrixUser, string>()

  const settingsOf = (room: string): MatrixSettings => ({
    ...{ kind: 'matrix', homeserver: matrix.url, room, links: 'https://matrix.to/#/' },
    ...{ token: { env: 'TEST_MATRIX_TOKEN' }, pushToken: { env: 'TEST_MATRIX_PUSH_TOKEN' } },
  })

  async function gate(options: Options = {}, others: readonly Linked[] = []): Promise<MatrixGate> {
    const room = await matrix.room(...Object.values(people))
    const world = await gatewayWorld({ channel: settingsOf(room), ...options })
    worlds.push(world)
    pushes.target = world.url
    const { db } = world.gate
    const at = new Date()
    const known: Linked[] = [approver, viewer].map((person) => ({
      ...person,
      as: person.subject as Who,
    }))
    for (const { as, subject, name, roles } of [...known, ...others]) {
      const { user } = people[as]
      const account = { kind: 'matrix', workspace: 'driftgate.local', user, name: as }
      await linkAccount(db, account, { subject, name }, at)
      await recordSignIn(db, { person: subject, name, knownAs: null, roles, groups: [], at })
    }
    const cards = async () =>
      (await matrix.bot.as.messages(room)).filter(({ content }) => content['io.driftgate.card'])
    return {
      ...{ world, room, db, cards },
      async card(state) {
        const found = async () =>
          (await cards()).find(({ content }) => content['io.driftgate.card'].state === state)
        await until(async () => (await found()) !== undefined)
        return (await found()) as ShownMessage
      },
      decisions: async () => (await listDecisions(db, 'm/1')).map(({ decision }) => decision),
    }
  }

  /** Rooms that a person was invited to since they last looked. */
  async function invitations(person: MatrixUser): Promise<string[]> {
    const since = heardUntil.get(person)
    const { rooms, next_batch } = await person.call(
      'GET',
      `v3/sync${since ? `?since=${since}` : ''}`,
    )
    heardUntil.set(person, next_batch)
    return Object.keys(rooms?.invite ?? {})
  }

  async function notices(person: MatrixUser): Promise<string[]> {
    for (const room of await invitations(person)) {
      await person.call('POST', `v3/join/${encodeURIComponent(room)}`, {})
    }
    const { joined_rooms } = await person.call('GET', 'v3/joined_rooms')
    const all: string[] = []
    for (const room of joined_rooms) {
      const messages = await person.messages(room)
      all.push(
        ...messages.flatMap(({ content, body }) => (content.msgtype === 'm.notice' ? [body] : [])),
      )
    }
    return all
  }

  return {
    ...{ matrix, pushes, people, settingsOf, gate },
    async told(person, pattern) {
      const found = async () => (await notices(person)).reverse().find((body) => pattern.test(body))
      await until(async () => (await found()) !== undefined)
      return (await found()) as string
    },
    async reactions(room, event) {
      const path = `v1/rooms/${encodeURIComponent(room)}/relations/${encodeURIComponent(event)}/m.annotation`
      const { chunk } = await matrix.bot.as.call('GET', path)
      return chunk.map(({ sender }: { sender: string }) => sender)
    },
    async close() {
      await Promise.all(worlds.map((world) => world.close()))
      await pushes.close()
      await matrix.close()
    },
  }
}
