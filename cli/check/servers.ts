import { keyBytes } from '../../adapters/encryption/key-bytes.ts'
import { readSecret } from '../../adapters/files/read-secret.ts'
import { kafkaAccess } from '../../adapters/kafka/access.ts'
import { kafkaClient, kafkajsMeaning } from '../../adapters/kafka/cluster.ts'
import { kafkaFailure } from '../../adapters/kafka/failure.ts'
import { openStore } from '../../adapters/objects/index.ts'
import { creatingOnce, type ObjectStore } from '../../adapters/objects/object-store.ts'
import { currentSettings } from '../../adapters/postgres/config-versions.ts'
import { pendingPolicies } from '../../adapters/postgres/pending-policies.ts'
import { type Db, openPool } from '../../adapters/postgres/pool.ts'
import { openSchemas } from '../../adapters/schemas/index.ts'
import { temporalAccess } from '../../adapters/temporal/access.ts'
import { temporalServerInfo } from '../../adapters/temporal/server-info.ts'
import { DriftgateError } from '../../contracts/errors.ts'
import { pendingSentence } from '../../reports/policy-words.ts'
import { fetchText } from './http.ts'
import { type Found, type Probe, type ProbeInput, timeoutMs } from './probe.ts'

/** Reaches the brokers, and looks whether the topics of every model exist. */
export function kafkaProbe({ settings }: ProbeInput): Probe {
  const brokers = settings.kafka.brokers.join(', ')
  const topics = Object.values(settings.models).flatMap(({ log, labels }) => [
    log.topic,
    ...(labels?.topic === undefined ? [] : [labels.topic]),
  ])
  return {
    name: 'Kafka',
    address: brokers,
    async run() {
      const access = kafkaAccess(settings.kafka, readSecret)
      const admin = kafkaClient(access, 'driftgate-check').admin({
        retry: { retries: 1, maxRetryTime: timeoutMs },
      })
      try {
        await admin.connect()
        const cluster = await admin.describeCluster()
        const present = new Set(await admin.listTopics())
        const missing = topics.find((topic) => !present.has(topic))
        return {
          version: null,
          note: `${cluster.brokers.length} broker(s), ${topics.length} topics wanted`,
          ...(missing === undefined
            ? {}
            : { problem: asProblem('KAFKA_TOPIC_UNKNOWN', { topic: missing }) }),
        }
      } catch (cause) {
        throw kafkaFailure(cause, brokers, kafkajsMeaning)
      } finally {
        await admin.disconnect().catch(() => undefined)
      }
    },
  }
}

/** Asks the schema registry, where one is configured, for a schema that need not exist: any answer will do. */
export function schemasProbes({ settings }: ProbeInput): Probe[] {
  const { schemas } = settings
  if (schemas === undefined) return []
  return [
    {
      name: 'Schemas',
      address: schemas.url,
      async run() {
        const { password } = schemas
        const registry = openSchemas(schemas, {
          password: password === undefined ? null : () => readSecret(password, 'schemas.password'),
        })
        await registry.schema(1)
        return { version: null, note: 'answers as a schema registry' }
      },
    },
  ]
}

/** Of the configuration that was applied, not of the file here; a database of an older version knows none. */
async function gatesNotInForce(db: Db): Promise<string[]> {
  try {
    const { settings } = await currentSettings(db)
    const pending = await pendingPolicies(db, settings)
    return pending.map((policy) => `${policy.model}: ${pendingSentence(policy)}`)
  } catch (error) {
    const isOlder = (error as { code?: string }).code === '42P01'
    if (isOlder || (error instanceof DriftgateError && error.code === 'CONFIG_NOT_APPLIED')) {
      return []
    }
    throw error
  }
}

/** Of whose rows the keys are there and whole. Throws CONFIG_SECRET_MISSING, CONFIG_SECRET_INVALID. */
function modelsWithKeys({ models }: ProbeInput['settings']): string[] {
  const names = Object.entries(models).flatMap(([name, { data }]) => {
    for (const [place, { key }] of (data.encryption?.keys ?? []).entries()) {
      const setting = `models.${name}.data.encryption.keys[${place}].key`
      keyBytes(readSecret(key, setting), setting)
    }
    return data.encryption === undefined ? [] : [name]
  })
  return names.length === 0 ? [] : [`rows encrypted of ${names.join(', ')}`]
}

/** Reaches the database, as the user that the workers will be. */
export function postgresProbe({ settings }: ProbeInput): Probe {
  const url = new URL(settings.postgres.url)
  const address = `${url.host}${url.pathname}`
  return {
    name: 'PostgreSQL',
    address,
    async run() {
      const encrypted = modelsWithKeys(settings)
      const { password } = settings.postgres
      if (password) url.password = readSecret(password, 'postgres.password')
      const pool = openPool(url.href, { max: 1 })
      try {
        const { rows } = await pool.query<{ version: string; migrated: string | null }>(
          `select current_setting('server_version') as version, to_regclass('driftgate_migrations') as migrated`,
        )
        const { version = 'unknown', migrated = null } = rows[0] ?? {}
        const note =
          migrated === null
            ? 'no tables yet, the first start makes them'
            : ['has our tables', ...encrypted, ...(await gatesNotInForce(pool))].join('; ')
        return { version: version.split(' ')[0] ?? version, note }
      } catch (cause) {
        throw new DriftgateError('POSTGRES_UNREACHABLE', { address }, { cause })
      } finally {
        await pool.end()
      }
    },
  }
}

export function temporalProbe({ settings }: ProbeInput): Probe {
  const { address, namespace } = settings.temporal
  return {
    name: 'Temporal',
    address,
    async run(): Promise<Found> {
      const { dataConverter } = temporalAccess(settings.temporal, readSecret)
      const { version, namespaceFound } = await temporalServerInfo(address, namespace, timeoutMs)
      const how = dataConverter === undefined ? 'payloads not encrypted' : 'payloads encrypted'
      if (namespaceFound) return { version, note: `namespace ${namespace}, ${how}` }
      const sentence = `there is no namespace "${namespace}"`
      const help = `temporal operator namespace create --namespace ${namespace}`
      return { version, problem: { sentence, help } }
    },
  }
}

/** Asks MLflow for its version, or tries out the object stores of the registry in our own database. */
export function registryProbes({ settings: { registry, models } }: ProbeInput): Probe[] {
  if ('url' in registry) return [mlflowProbe(registry.url)]
  const own = Object.entries(models).flatMap(([name, { data }]) =>
    data.store === undefined
      ? []
      : [storeProbe(openStore(data.store, readSecret, `models.${name}.data.store`))],
  )
  return [storeProbe(openStore(registry.store, readSecret)), ...own]
}

const storeProbe = (store: ObjectStore): Probe => ({
  name: 'registry',
  address: store.place,
  async run() {
    await creatingOnce(store)
    return { version: null, note: 'files of versions; what is there is never created again' }
  },
})

function mlflowProbe(address: string): Probe {
  return {
    name: 'MLflow',
    address,
    async run() {
      try {
        return { version: (await fetchText(new URL('/version', address))).trim() }
      } catch (cause) {
        throw new DriftgateError('REGISTRY_UNREACHABLE', { address }, { cause })
      }
    },
  }
}

function asProblem(...[code, details]: ConstructorParameters<typeof DriftgateError>) {
  const error = new DriftgateError(code, details)
  return { sentence: error.message, help: error.help }
}
