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
  readonly serving: string
}

const partitions = 3

/** A database, topics and a configuration for one run. Every run has its own: the same data, the same verdicts. */
export async function createProject(
  folder: string,
  addresses: ServerAddresses,
  flightHoldout: number,
): Promise<DemoProject> {
  const run = `demo-${randomBytes(4).toString('hex')}`
  const database = run.replace('-', '_')
  const ports = await portsOf(folder, ['demoGateway', 'demoModelServer'])
  const serving = `http://127.0.0.1:${ports.demoModelServer}`
  const objects = join(folder, 'objects', run)
  mkdirSync(objects, { recursive: true })
  const models = demoModels({ prefix: `${run}.`, serving, flightHoldout })
  const written: SettingsInput = {
    ...serverSettings({
      addresses,
      gateway: `http://127.0.0.1:${ports.demoGateway}`,
      objects,
      ...decisionKeys(folder),
      database,
      prefix: `${run}/`,
    }),
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
  return { folder, run, config, text, settings, serving }
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
