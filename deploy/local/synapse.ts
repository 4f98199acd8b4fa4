import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { httpAnswers } from './health.ts'
import { portsOf } from './ports.ts'
import { startProgram } from './program.ts'
import { environmentOf, environmentPlan } from './python.ts'
import type { LocalServer, ServerContext } from './server.ts'
import { registerBot, registerPeople } from './synapse/accounts.ts'
import { writeConfiguration } from './synapse/configuration.ts'
import { synapseSecrets } from './synapse/secrets.ts'
import { versions } from './versions.ts'

const requirements = fileURLToPath(new URL('./synapse/requirements.txt', import.meta.url))
const megabytes = 100

/** A bot of ours: what people write where it is a member is sent to `pushTo`. */
export interface Bot {
  /** The first part of its user id. */
  readonly name: string
  /** The gateway's address for the channel. */
  readonly pushTo: string
}

/** What the channel is called in the configuration of a local project. */
export const localChannel = 'ml-team'

/**
 * A Matrix server for trying out: Synapse with its tables in SQLite, the ready-made people with passwords of this
 * project, one bot for the project's gateway and one for the demo's. Nothing leaves the machine.
 */
export const synapse: LocalServer = {
  name: 'synapse',
  version: versions.synapse,
  optional: true,
  plan: () => [
    environmentPlan(requirements, 'Matrix server: Synapse', versions.synapse, megabytes),
  ],
  async start({ folder, say }) {
    const ports = await portsOf(folder, ['synapse', 'gateway', 'demoGateway'])
    const pushTo = (port: number) => `http://127.0.0.1:${port}/chat/matrix/${localChannel}`
    const bots = [
      { name: 'driftgate', pushTo: pushTo(ports.gateway) },
      { name: 'driftgate-demo', pushTo: pushTo(ports.demoGateway) },
    ]
    return { synapse: await startSynapse({ folder, say, port: ports.synapse, bots }) }
  },
}

export interface SynapseInput extends ServerContext {
  readonly port: number
  readonly bots: readonly Bot[]
}

/** Starts it, or finds it running with the same bots. Returns the root of its client interface. */
export async function startSynapse({ folder, say, port, bots }: SynapseInput): Promise<string> {
  const environment = await environmentOf(requirements, megabytes, say)
  const home = join(folder, 'synapse')
  mkdirSync(home, { recursive: true })
  const secrets = synapseSecrets(folder)
  const { file, digest } = writeConfiguration({ home, port, bots, secrets })
  const url = `http://127.0.0.1:${port}`
  say('starting')
  await startProgram(folder, {
    name: 'synapse',
    command: join(environment, 'bin/python'),
    args: ['-m', 'synapse.app.homeserver', '--config-path', file],
    cwd: home,
    // Changed settings are another program: the supervisor compares this.
    env: { DRIFTGATE_CONFIG_DIGEST: digest },
    healthy: () => httpAnswers(`${url}/health`),
  })
  for (const { name } of bots) await registerBot(url, name, secrets.bot(name).token)
  await registerPeople(url, secrets)
  return url
}
