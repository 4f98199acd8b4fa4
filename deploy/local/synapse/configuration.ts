import { createHash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Bot } from '../synapse.ts'
import { type SynapseSecrets, serverName } from './secrets.ts'

export interface ConfigurationInput {
  readonly home: string
  readonly port: number
  readonly bots: readonly Bot[]
  readonly secrets: SynapseSecrets
}

/** Files of one server, readable by its owner alone. Returns the path of the main one and a digest of all. */
export function writeConfiguration(input: ConfigurationInput): { file: string; digest: string } {
  const { home, bots, secrets } = input
  const texts: Readonly<Record<string, string>> = {
    'signing.key': secrets.signingKey,
    'log.json': JSON.stringify(logging),
    people: secrets.people.map(({ id, password }) => `${id} ${password}`).join('\n'),
    'homeserver.json': JSON.stringify(homeserver(input), null, 2),
    ...Object.fromEntries(
      bots.map((bot) => [`${bot.name}.json`, JSON.stringify(registration(bot, secrets), null, 2)]),
    ),
  }
  mkdirSync(join(home, 'media'), { recursive: true })
  for (const [name, text] of Object.entries(texts)) {
    writeFileSync(join(home, name), `${text}\n`, { mode: 0o600 })
  }
  const digest = createHash('sha256').update(JSON.stringify(texts)).digest('hex').slice(0, 16)
  return { file: join(home, 'homeserver.json'), digest }
}

/** As many as anybody wants: a test or a demo is no attack. */
const unlimited = { per_second: 10_000, burst_count: 10_000 }

/**
 * JSON is YAML. Loopback only, no federation, no foreign key servers, no statistics: nothing leaves the machine.
 * @see https://element-hq.github.io/synapse/latest/usage/configuration/config_documentation.html
 */
const homeserver = ({ home, port, bots, secrets }: ConfigurationInput) => ({
  server_name: serverName,
  public_baseurl: `http://127.0.0.1:${port}/`,
  listeners: [
    {
      ...{ type: 'http', port, bind_addresses: ['127.0.0.1'], tls: false },
      resources: [{ names: ['client'], compress: false }],
    },
  ],
  database: { name: 'sqlite3', args: { database: join(home, 'homeserver.db') } },
  media_store_path: join(home, 'media'),
  log_config: join(home, 'log.json'),
  signing_key_path: join(home, 'signing.key'),
  registration_shared_secret: secrets.of('registration'),
  macaroon_secret_key: secrets.of('macaroon'),
  form_secret: secrets.of('form'),
  app_service_config_files: bots.map(({ name }) => join(home, `${name}.json`)),
  report_stats: false,
  trusted_key_servers: [],
  suppress_key_server_warning: true,
  federation_domain_whitelist: [],
  enable_registration: false,
  url_preview_enabled: false,
  presence: { enabled: false },
  rc_message: unlimited,
  rc_registration: unlimited,
  rc_login: { address: unlimited, account: unlimited, failed_attempts: unlimited },
  rc_joins: { local: unlimited, remote: unlimited },
  rc_invites: { per_room: unlimited, per_user: unlimited, per_issuer: unlimited },
  rc_room_creation: unlimited,
})

const logging = {
  version: 1,
  formatters: { line: { format: '%(asctime)s %(levelname)s %(name)s %(message)s' } },
  handlers: { console: { class: 'logging.StreamHandler', formatter: 'line' } },
  root: { level: 'WARNING', handlers: ['console'] },
  disable_existing_loggers: false,
}

/** @see https://spec.matrix.org/v1.16/application-service-api/#registration */
const registration = ({ name, pushTo }: Bot, secrets: SynapseSecrets) => ({
  id: name,
  url: pushTo,
  as_token: secrets.bot(name).token,
  hs_token: secrets.bot(name).pushToken,
  sender_localpart: name,
  rate_limited: false,
  namespaces: { users: [], aliases: [], rooms: [] },
})
