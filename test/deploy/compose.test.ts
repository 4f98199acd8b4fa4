import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { parse } from 'yaml'
import { settingsSchema } from '../../contracts/config.ts'
import { kafkaHeap, kafkaProperties } from '../../deploy/local/kafka.ts'
import { mlflowArguments, mlflowEnvironment } from '../../deploy/local/mlflow.ts'
import { initdbFlags, postgresSettings } from '../../deploy/local/postgres.ts'
import { serverSettings } from '../../deploy/local/settings.ts'
import {
  connectorArtefacts,
  masterArguments,
  masterSettings,
  sparkDaemonMemory,
  workerArguments,
} from '../../deploy/local/spark-settings.ts'
import { temporalArguments } from '../../deploy/local/temporal.ts'
import { preferredPorts as ports, versions } from '../../deploy/local/versions.ts'

interface Service {
  readonly image: string
  readonly command?: string
  readonly environment?: Record<string, string | number>
  readonly ports?: readonly string[]
  readonly volumes?: readonly (string | { source: string; target: string })[]
  readonly configs?: readonly { source: string; target: string }[]
  readonly healthcheck?: { readonly test: readonly string[] }
  readonly build?: { readonly args: Record<string, string> }
  readonly network_mode?: string
}
interface Compose {
  readonly services: Record<string, Service>
  readonly configs: Record<string, { content: string }>
  readonly volumes: Record<string, null>
}

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')
const text = read('docker-compose.yml')
const { services, configs, volumes } = parse(text, { merge: true }) as Compose
const service = (name: string): Service => services[name] ?? assert.fail(`no service ${name}`)
const words = (name: string) => service(name).command?.trim().split(/\s+/) ?? []
const everywhere = '0.0.0.0'

test('every image has the version that deploy/local starts', () => {
  const python = `driftgate-python:spark-${versions.spark}-mlflow-${versions.mlflow}`
  const { node } = JSON.parse(read('package.json')).devDependencies
  const images = Object.entries(services).map(([name, { image }]) => [name, image])
  assert.deepEqual(Object.fromEntries(images), {
    postgres: `postgres:${versions.postgres}`,
    kafka: `apache/kafka:${versions.kafka}`,
    temporal: `temporalio/temporal:${versions.temporalCli}`,
    'spark-master': python,
    'spark-worker': python,
    mlflow: python,
    identity: `node:${node}-bookworm-slim`,
  })
})

test('the image of Spark and MLflow is made of the same packages', () => {
  const pins = read('training/requirements.txt').split('\n')
  assert.ok(pins.includes(`pyspark==${versions.spark}`))
  assert.ok(pins.includes(`mlflow==${versions.mlflow}`))
  const { CONNECTOR, ...others } = service('spark-master').build?.args ?? {}
  assert.deepEqual(CONNECTOR?.split(' '), connectorArtefacts)
  assert.equal(others['MAVEN_DEPENDENCY_PLUGIN'], versions.mavenDependencyPlugin)
  const wanted = read('deploy/compose/Dockerfile').matchAll(/^ARG (\w+)$/gm)
  assert.deepEqual([...wanted].map(([, name]) => name).sort(), [
    ...['CONNECTOR', ...Object.keys(others)].sort(),
  ])
})

test('the ports are those that deploy/local tries first, open to this machine alone', () => {
  const published = Object.entries(services).flatMap(([name, { ports = [] }]) =>
    ports.map((port) => [port, name]),
  )
  const same = (port: number) => `127.0.0.1:${port}:${port}`
  assert.deepEqual(Object.fromEntries(published), {
    [`127.0.0.1:${ports.postgres}:5432`]: 'postgres',
    [same(ports.kafka)]: 'kafka',
    // Spark's containers have no network of their own: the owner of theirs publishes for them.
    [same(ports.sparkRest)]: 'kafka',
    [same(ports.sparkMasterWeb)]: 'kafka',
    [same(ports.sparkWorkerWeb)]: 'kafka',
    [same(ports.temporal)]: 'temporal',
    [same(ports.temporalUi)]: 'temporal',
    [same(ports.mlflow)]: 'mlflow',
    [same(ports.identity)]: 'identity',
  })
})

test('every server says when it is healthy and keeps its data in a volume of its own', () => {
  const own = Object.entries(services).map(([name, { healthcheck, volumes = [] }]) => {
    assert.ok(healthcheck && healthcheck.test.length > 1, `${name} has no healthcheck`)
    const sources = volumes.map((volume) =>
      typeof volume === 'string' ? volume.split(':')[0] : volume.source,
    )
    assert.ok(sources.includes(name), `${name} has no volume`)
    return name
  })
  assert.deepEqual(Object.keys(volumes).toSorted(), own.toSorted())
})

test('PostgreSQL is made and started with the same settings', () => {
  const { environment } = service('postgres')
  assert.equal(environment?.['POSTGRES_INITDB_ARGS'], initdbFlags.join(' '))
  assert.deepEqual(words('postgres'), [
    'postgres',
    ...postgresSettings.flatMap((setting) => ['-c', setting]),
  ])
})

test('Kafka has the same properties, but for where it listens and how the quorum is named', () => {
  const { KAFKA_HEAP_OPTS, ...environment } = service('kafka').environment ?? {}
  assert.equal(KAFKA_HEAP_OPTS, kafkaHeap.join(' '))
  // The image's own rule from variable to property.
  const given = Object.entries(environment).map(([name, value]) => [
    name.replace('KAFKA_', '').toLowerCase().replaceAll('_', '.'),
    String(value),
  ])
  const local = kafkaProperties(ports.kafka, ports.kafkaController)
  const { 'controller.quorum.bootstrap.servers': controller, ...properties } = Object.fromEntries(
    local
      .trim()
      .split('\n')
      .map((line) => line.split('=')),
  )
  assert.deepEqual(Object.fromEntries(given), {
    ...properties,
    'controller.quorum.voters': `1@${controller}`,
    listeners: properties['listeners'].replace('127.0.0.1', everywhere),
    'log.dirs': '/var/lib/kafka/data',
  })
})

test('Temporal is called with the same arguments', () => {
  const database = '/home/temporal/history.db'
  const place = { port: ports.temporal, uiPort: ports.temporalUi, database }
  assert.deepEqual(words('temporal'), temporalArguments({ ip: everywhere, ...place }))
  assert.equal(service('temporal').healthcheck?.test.at(-1), `127.0.0.1:${ports.temporal}`)
})

test('Spark is called with the same arguments, and only its master knows the secret', () => {
  const program = '/opt/spark/bin/spark-class'
  const master = masterArguments(ports.sparkMaster, ports.sparkMasterWeb)
  const conf = '/etc/spark-master.conf'
  assert.deepEqual(words('spark-master'), [program, ...master, '--properties-file', conf])
  const address = `spark://127.0.0.1:${ports.sparkMaster}`
  const worker = workerArguments(ports.sparkWorkerWeb, '/data/work', address)
  assert.deepEqual(words('spark-worker'), [program, ...worker])
  const secret = /\$\{DRIFTGATE_SPARK_SECRET:\?[^}]*\}/
  assert.equal(
    configs['spark-master']?.content.replace(secret, 'SECRET'),
    masterSettings({
      host: everywhere,
      port: ports.sparkRest,
      secret: 'SECRET',
      recovery: '/data/recovery',
    }),
  )
  const readers = Object.entries(services).filter(([, { configs }]) => configs !== undefined)
  assert.deepEqual(
    readers.map(([name]) => name),
    ['spark-master'],
  )
  assert.deepEqual(service('spark-master').configs, [{ source: 'spark-master', target: conf }])
  assert.equal(text.match(/\$\{DRIFTGATE_SPARK_SECRET/g)?.length, 1)
  for (const name of ['spark-master', 'spark-worker']) {
    const { environment, network_mode } = service(name)
    assert.equal(environment?.['SPARK_DAEMON_MEMORY'], sparkDaemonMemory)
    // The broker's address in a job's specification must mean the same in there.
    assert.equal(network_mode, 'service:kafka')
  }
})

test('MLflow is called with the same arguments', () => {
  const wanted = mlflowArguments(everywhere, ports.mlflow, '/data')
  assert.deepEqual(words('mlflow'), ['mlflow', ...wanted])
  assert.deepEqual(service('mlflow').environment, mlflowEnvironment)
})

test('the identity server is the one of deploy/local', () => {
  const program = 'deploy/local/identity-server.ts'
  const place = ['--port', `${ports.identity}`, '--folder', '/data', '--listen', everywhere]
  assert.deepEqual(words('identity'), ['node', program, ...place])
})

test('the settings in its first lines are those that deploy/local would write', () => {
  const folder = new URL('../..', import.meta.url).pathname.replace(/\/$/, '')
  const lines = text.slice(0, text.indexOf('\nname:')).split('for PWD:\n')[1] ?? ''
  const written = parse(lines.replaceAll(/^#/gm, '').replaceAll('PWD', folder))
  const at = (port: number) => `http://127.0.0.1:${port}`
  const { cluster, gateway, ...local } = serverSettings({
    addresses: {
      postgres: `postgres://postgres:postgres@127.0.0.1:${ports.postgres}/postgres`,
      kafka: `127.0.0.1:${ports.kafka}`,
      temporal: `127.0.0.1:${ports.temporal}`,
      sparkRest: at(ports.sparkRest),
      sparkMasterWeb: at(ports.sparkMasterWeb),
      mlflow: at(ports.mlflow),
      issuer: at(ports.identity),
      python: 'python3',
    } as Parameters<typeof serverSettings>[0]['addresses'],
    gateway: at(ports.gateway),
    objects: `${folder}/.driftgate/objects`,
    signingKey: '',
    publicKey: '',
  })
  const { signingKey, publicKey, ...addresses } = gateway
  const secret = { env: 'DRIFTGATE_SPARK_SECRET' }
  assert.ok(cluster.kind === 'spark-standalone')
  const job = { ...cluster.job, jars: [] }
  const settings = (input: object) => settingsSchema.parse({ ...input, models: {} })
  assert.deepEqual(
    settings(written),
    settings({ ...local, gateway: addresses, cluster: { ...cluster, secret, job } }),
  )
})
