import { createHmac, randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { people } from '../identity/people.ts'

/** The second part of every user id. */
export const serverName = 'driftgate.local'

/** Someone of the ready-made people as the Matrix server knows them. */
export interface MatrixPerson {
  readonly id: string
  readonly name: string
  /** `@approver:driftgate.local` */
  readonly user: string
  /** Of this project alone, the same at every start. */
  readonly password: string
}

export interface BotSecrets {
  readonly user: string
  readonly token: string
  /** What the server shows when it sends us what was said. */
  readonly pushToken: string
  /** Files with the two tokens, mode 600. */
  readonly tokenFile: string
  readonly pushTokenFile: string
}

export interface SynapseSecrets {
  /** A secret of that purpose. */
  of(purpose: string): string
  readonly signingKey: string
  readonly people: readonly MatrixPerson[]
  bot(name: string): BotSecrets
}

/** All secrets of a project's server follow from one that is made the first time. */
export function synapseSecrets(folder: string): SynapseSecrets {
  const home = join(folder, 'synapse')
  const root = kept(join(home, 'secret'), () => randomBytes(32).toString('base64url'))
  const bytes = (purpose: string) => createHmac('sha256', root).update(purpose).digest()
  const of = (purpose: string) => bytes(purpose).toString('base64url')
  const fileOf = (name: string, text: string) => kept(join(home, name), () => text, true)
  return {
    of,
    // As signedjson reads it: algorithm, version, seed.
    signingKey: `ed25519 a_1 ${bytes('signing key').toString('base64').replace(/=+$/, '')}`,
    people: people.map(({ id, name }) => ({
      ...{ id, name, user: `@${id}:${serverName}` },
      password: of(`password ${id}`).slice(0, 12),
    })),
    bot: (name) => ({
      user: `@${name}:${serverName}`,
      token: of(`token ${name}`),
      pushToken: of(`push token ${name}`),
      tokenFile: fileOf(`${name}-token`, of(`token ${name}`)),
      pushTokenFile: fileOf(`${name}-push-token`, of(`push token ${name}`)),
    }),
  }
}

/** Text of a file that only its owner reads, made when it is missing; with `path` its place instead. */
function kept(file: string, make: () => string, path = false): string {
  if (!existsSync(file)) {
    mkdirSync(join(file, '..'), { recursive: true })
    writeFileSync(file, make(), { mode: 0o600 })
  }
  return path ? file : readFileSync(file, 'utf8')
}
