import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../../deploy/local/free-port.ts'
import { down } from '../../deploy/local/index.ts'
import { type BotSecrets, synapseSecrets } from '../../deploy/local/synapse/secrets.ts'
import { startSynapse } from '../../deploy/local/synapse.ts'
import {
  type MatrixUser,
  matrixUser,
  roomOf,
  signInToMatrix,
} from '../../examples/demo/matrix-user.ts'

export interface MatrixServer {
  readonly url: string
  readonly bot: BotSecrets & { readonly as: MatrixUser }
  /** Where the server sends what is said in the bot's rooms; nobody listens there unless a test does. */
  readonly pushPort: number
  /** A ready-made person, signed in with their password. */
  signIn(id: string): Promise<MatrixUser>
  passwordOf(id: string): string
  /** A room that the bot made, with these people in it. */
  room(...people: readonly MatrixUser[]): Promise<string>
  close(): Promise<void>
}

/** A Synapse of the test's own, as `driftgate up` would start it. */
export async function matrixServer(): Promise<MatrixServer> {
  const folder = mkdtempSync(join(tmpdir(), 'driftgate-matrix-'))
  const [port, pushPort] = [await freePort(), await freePort()]
  const bots = [{ name: 'driftgate', pushTo: `http://127.0.0.1:${pushPort}/chat/matrix/team` }]
  const url = await startSynapse({ folder, port, bots, say: () => {} })
  const secrets = synapseSecrets(folder)
  const bot = secrets.bot('driftgate')
  const as = matrixUser(url, bot.user, bot.token)
  const passwordOf = (id: string) =>
    secrets.people.find((person) => person.id === id)?.password ?? ''
  return {
    ...{ url, pushPort },
    bot: { ...bot, as },
    passwordOf,
    signIn: (id) => signInToMatrix(url, id, passwordOf(id)),
    room: (...people) => roomOf(as, 'ml-team', people),
    async close() {
      await down(folder)
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
