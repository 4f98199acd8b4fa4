import { randomBytes } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { stringify } from 'yaml'
import { ensureTopic } from '../../adapters/kafka/admin.ts'
import { type Settings, type SettingsInput, settingsSchema } from '../../contracts/config.ts'
import type { ServerAddresses } from '../../contracts/servers.ts'
import { decisionKeys } from '../../deploy/local/decision-keys.ts'
import { portsOf } from '../../deploy/local/ports.ts'
import { serverSettings } from '../../deploy/local/settings.ts'
import { localChannel } from '../../deploy/local/synapse.ts'
import type { DemoChat } from './chat.ts'
import { demoModels, topics } from './models.ts'

/** One run of the demo: names of its own on servers that others use too. */
export interface DemoProject {
  /** The local project's folder, for example `.driftgate`. */
  readonly folder: string
  /** `demo-<8 hex digits>`: begins the name of everything that the run makes on a server. */
  readonly run: string
  /** Path of its configuration, the text in it, and what that means. */
  readonly config: string
  readonly text: string
  readonly settings: Settings
  /** Root of what answers applications: the guard, with the model server behind it. */
  readonly serving: string
  readonly modelServer: string
  /** Null: nobody asked for one. */
  readonly chat: DemoChat | null
}

const partitions = 3

/** A database, topics and a configuration for one run. Every run has its own: the same data, the same verdicts. */
export async function createProject(
  folder: string,
  addresses: ServerAddresses,
  flightHoldout: number,
  chat: DemoChat | null = null,
): Promise<DemoProject> {
  const run = `demo-${randomBytes(4).toString('hex')}`
  const database = run.replace('-', '_')
  const ports = await portsOf(folder, ['demoGateway', 'demoModelServer', 'demoGuard'])
  const modelServer = `http://127.0.0.1:${ports.demoModelServer}`
  const guard = `127.0.0.1:${ports.demoGuard}`
  const objects = join(folder, 'objects', run)
  mkdirSync(objects, { recursive: true })
  const models = demoModels({
    ...{ prefix: `${run}.`, serving: modelServer, flightHoldout },
    ...(chat && { channel: localChannel }),
  })
  const written: SettingsInput = {
    ...serverSettings({
      addresses,
      gateway: `http://127.0.0.1:${ports.demoGateway}`,
      objects,
      ...decisionKeys(folder),
      database,
      prefix: `${run}/`,
    }),
    ...(chat && { chat: { [localChannel]: chat.channel } }),
    guard: { listen: guard, access: 'open' },
    models,
  }
  const settings = settingsSchema.parse(written)
  await createDatabase(addresses.postgres, database)
  for (const model of Object.keys(models)) {
    for (const topic of Object.values(topics(`${run}.`, model))) {
      // Records carry their event time, which is years ago: without this, retention removes them at once.
      await ensureTopic([addresses.kafka], topic, partitions, { 'retention.ms': '-1' })
    }
  }
  const config = join(folder, 'demo.yaml')
  const text = `# Written by "driftgate demo", anew in every run.\n${stringify(written)}`
  writeFileSync(config, text)
  const serving = `http://${guard}`
  return { folder, run, config, text, settings, serving, modelServer, chat }
}

async function createDatabase(server: string, name: string): Promise<void> {
  const client = new pg.Client({ connectionString: server })
  await client.connect()
  try {
    await client.query(`create database ${name}`)
  } finally {
    await client.end()
  }
}
