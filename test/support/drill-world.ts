import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bundleWorkflowCode, DefaultLogger, NativeConnection, Runtime } from '@temporalio/worker'
import { cardActivities } from '../../activities/cards.ts'
import { decisionActivities } from '../../activities/decisions.ts'
import { drillActivities } from '../../activities/drills.ts'
import { registerFirst } from '../../activities/first-model.ts'
import { troubleActivities } from '../../activities/look-for-trouble.ts'
import { promote, targetGeneration } from '../../activities/promote.ts'
import { promotionActivities } from '../../activities/promotion.ts'
import { registerCandidate } from '../../activities/register-candidate.ts'
import { stewardActivities } from '../../activities/steward.ts'
import { trainingActivities } from '../../activities/training.ts'
import { openChannel } from '../../adapters/chat/index.ts'
import { openCluster } from '../../adapters/cluster/index.ts'
import { readSecret } from '../../adapters/files/read-secret.ts'
import { verifyingKeyOf } from '../../adapters/identity/decision-token.ts'
import { currentSettings, storeConfigVersion } from '../../adapters/postgres/config-versions.ts'
import { migrate } from '../../adapters/postgres/migrate.ts'
import { insertRetraining } from '../../adapters/postgres/retrainings.ts'
import { openRegistry } from '../../adapters/registry/index.ts'
import { openRolloutTarget } from '../../adapters/serving/index.ts'
import { asActivities } from '../../adapters/temporal/as-activities.ts'
import { connectClient } from '../../adapters/temporal/connect.ts'
import { registerSearchAttributes } from '../../adapters/temporal/search-attributes.ts'
import type { SettingsInput } from '../../contracts/config.ts'
import { writeTrainingParquet } from '../../examples/data/parquet.ts'
import { createDatabase } from './database.ts'
import { guardedWorker } from './guarded-worker.ts'
import { identityProcess } from './identity-process.ts'
import { listeningGateway } from './listening-gateway.ts'
import { mulberry32 } from './mulberry32.ts'
import { servers } from './servers.ts'
import { clusterSecret, clusterSettings, jobFolder } from './training-cluster.ts'
import { trainingRun } from './training-run.ts'
import { webhookReceiver } from './webhook-receiver.ts'

Runtime.install({ logger: new DefaultLogger('ERROR') })

const script = fileURLToPath(new URL('../../training/job.py', import.meta.url))

/**
 * A model with a champion and a way back, and everything that a release of it needs: cluster, registry, database, identity
 * provider, gateway, chat and workers, all of them real. What a worker reaches can be taken from it.
 */
export async function drillWorld() {
  await using parts = new AsyncDisposableStack()
  const addresses = servers()
  const model = `drill-${randomBytes(4).toString('hex')}`
  const prefix = `${model}/`
  const database = parts.adopt(await createDatabase(), (part) => part.drop())
  const db = database.pool
  await migrate(db)
  const folder = parts.adopt(await jobFolder(), (part) => part.remove())
  const identity = parts.adopt(await identityProcess(), (part) => part.close())
  const chat = parts.adopt(await webhookReceiver(), (part) => part.close())
  const client = await connectClient({ address: addresses.temporal, namespace: 'default' })
  parts.defer(() => client.connection.close())
  await registerSearchAttributes(client)
  const environment = { client, prefix }
  const gateway = parts.adopt(await listeningGateway(identity, { db, environment }), (part) =>
    part.app.close(),
  )

  process.env['DRILL_CHAT_SECRET'] = chat.secret
  const cluster = clusterSettings(script, { driverMemory: '1g' })
  const path = join(folder.path, 'rows.parquet')
  await writeTrainingParquet(addresses.python, rows(600), path)
  const settings: SettingsInput = {
    kafka: { brokers: [addresses.kafka] },
    postgres: { url: addresses.postgres },
    temporal: { address: addresses.temporal, prefix },
    cluster: { ...cluster, queueTimeout: '2m' },
    registry: { kind: 'mlflow', url: addresses.mlflow },
    objects: { folder: folder.path },
    gateway: { url: gateway.url, issuer: identity.issuer },
    drill: {
      identity: { clientId: 'driftgate-drill', secret: { file: identity.drillSecretFile } },
    },
    chat: {
      drills: { kind: 'webhook', url: chat.url, secret: { env: 'DRILL_CHAT_SECRET' } },
    },
    models: {
      [model]: {
        log: { topic: `${model}-predictions` },
        labels: { topic: `${model}-labels` },
        features: { amount: { type: 'numeric' } },
        window: { length: '7d', bucket: '1d', anchor: '2024-01-01T00:00:00Z' },
        retraining: { trainer: 'logistic-regression', source: { kind: 'parquet', path } },
        drill: { every: '1d', channel: 'drills', rows: 500, timeout: '2m', patience: '3s' },
        serving: { url: 'http://127.0.0.1:1' },
      },
    },
  }
  const text = JSON.stringify(settings)
  await storeConfigVersion(db, { digest: text, text, settings, person: 'test' })
  const inForce = async () => (await currentSettings(db)).settings

  const registry = openRegistry(
    { kind: 'mlflow', url: addresses.mlflow },
    { db, secretOf: readSecret },
  )
  const rollout = openRolloutTarget(await inForce(), {
    db,
    secretOf: readSecret,
    versions: registry,
  })
  const reached = {
    cluster: openCluster(cluster, { secret: clusterSecret }),
    registry,
    publicKey: await verifyingKeyOf(gateway.publicKey),
  }
  const common = { db, settings: inForce, clock: Date.now }
  const training = {
    ...common,
    ...{ rollout, objects: folder.path, pollMs: 500, log: { offsets: async () => [] } },
    get cluster() {
      return reached.cluster
    },
    get registry() {
      return reached.registry
    },
  }
  const gate = {
    ...common,
    targetGeneration: (input: { model: string }) => targetGeneration(training, input),
    onHead: () => {},
    get publicKey() {
      return reached.publicKey
    },
  }

  // The champion, and one before it.
  const kept = (runKey: string, threshold: number, place: string) =>
    trainingRun(place, { model, runKey, threshold, truth: 100 })
  const runKeys = [randomBytes(6).toString('hex'), randomBytes(6).toString('hex')] as const
  const first = await kept(runKeys[0], 90, join(folder.path, 'kept'))
  const { version: former } = await registerFirst(training, { model, folder: first })
  await insertRetraining(
    db,
    {
      ...{ model, runKey: runKeys[1], prefix: '', incident: null, requestedBy: [], reason: 'x' },
      from: '2024-01-01T00:00:00Z',
    },
    'digest',
  )
  await kept(runKeys[1], 100, folder.path)
  const { version: champion } = await registerCandidate(training, { runKey: runKeys[1] })
  const { generation: expectedGeneration } = await targetGeneration(training, { model })
  await promote(training, { model, version: champion, expectedGeneration })

  const workflowsPath = fileURLToPath(new URL('../../workflows/index.ts', import.meta.url))
  const workflowBundle = await bundleWorkflowCode({
    workflowsPath,
    logger: new DefaultLogger('ERROR'),
  })
  const connection = await NativeConnection.connect({ address: addresses.temporal })
  parts.defer(() => connection.close())
  const trouble = troubleActivities({ ...common, client })
  const queues = {
    orchestration: {
      ...stewardActivities({ ...common, client }),
      ...trouble,
      ...drillActivities({ ...common, secretOf: readSecret }),
      ...cardActivities({
        ...common,
        openChannel: (name, current) => openChannel(name, current, readSecret),
      }),
    },
    training: trainingActivities(training),
    release: { ...promotionActivities(training), ...decisionActivities(gate) },
  }
  const workers = await Promise.all(
    Object.entries(queues).map(([queue, activities]) =>
      guardedWorker({
        ...{ connection, namespace: 'default', shutdownGraceTime: '1s' },
        taskQueue: `${prefix}${queue}`,
        ...(queue === 'orchestration' && { workflowBundle }),
        activities: asActivities(activities),
      }),
    ),
  )
  const done = Promise.all(workers.map((worker) => worker.run()))
  parts.defer(async () => {
    for (const worker of workers) worker.shutdown()
    await done
  })
  parts.defer(async () => {
    const steward = client.workflow.getHandle(`${prefix}model/${model}`)
    await steward.terminate('the test is over').catch(() => {})
  })
  const opened = parts.move()
  return {
    ...{ model, db, environment, gateway, identity, chat, registry, reached, champion, former },
    traffic: () => targetGeneration(training, { model }),
    lookForTrouble: () => trouble.lookForTrouble({ prefix }),
    /** Nobody signs with the key that this one belongs to. */
    otherKey: () =>
      verifyingKeyOf(
        generateKeyPairSync('ed25519').publicKey.export({ format: 'pem', type: 'spki' }).toString(),
      ),
    /** A job that leaves what another one has left, without Spark. */
    async copyingCluster(runKey: string) {
      const from = join(folder.path, model, runKey)
      const copying = await folder.script('copy', copyOf(from))
      return openCluster(clusterSettings(copying), { secret: clusterSecret })
    },
    clusterAt: (rest: string) =>
      openCluster({ ...cluster, rest, web: rest }, { secret: clusterSecret }),
    registryAt: (url: string) =>
      openRegistry({ kind: 'mlflow', url }, { db, secretOf: readSecret }),
    close: () => opened.disposeAsync(),
  }
}

const copyOf = (from: string) => `
import shutil
spec = json.load(open(sys.argv[1]))
for name in os.listdir('${from}'):
    if name.split('.')[0] in ('marker', 'spec', 'output', ''): continue
    shutil.copy(os.path.join('${from}', name), spec['output'])
marker = json.load(open('${from}/marker.json'))
with open(os.path.join(spec['output'], 'marker.json'), 'x') as file: json.dump(marker | {'runKey': spec['runKey']}, file)
`

/** Of the last ten hours; the label follows the amount, with some that nobody could foretell. */
function rows(count: number) {
  const next = mulberry32(9)
  return Array.from({ length: count }, (_, index) => {
    const amount = Math.round(200 * next())
    const label = (amount > 100 ? 1 : 0) ^ (next() < 0.1 ? 1 : 0)
    return {
      id: `row-${index}`,
      timeMs: Date.now() - 36_000_000 + index * 60_000,
      label: label as 0 | 1,
      features: { amount },
    }
  })
}
