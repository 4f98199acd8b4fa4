import { cachePath, isCached } from './cache.ts'
import { kafkaEntry, startBroker } from './kafka-broker.ts'
import { portsOf } from './ports.ts'
import type { LocalServer } from './server.ts'
import { versions } from './versions.ts'

export { kafkaHeap } from './kafka-broker.ts'

/** One Apache Kafka process, broker and controller in one (KRaft). */
export const kafka: LocalServer = {
  name: 'kafka',
  version: versions.kafka,
  plan: () => [
    {
      what: 'Apache Kafka',
      version: versions.kafka,
      megabytes: 44,
      from: 'Maven Central',
      kept: cachePath(kafkaEntry),
      here: isCached(kafkaEntry),
    },
  ],
  async start({ folder, say }) {
    say(isCached(kafkaEntry) ? 'resolving' : 'fetching', { detail: '44 MB of jars' })
    const ports = await portsOf(folder, ['kafka', 'kafkaController'])
    await startBroker(folder, {
      name: 'kafka',
      properties: kafkaProperties(ports.kafka, ports.kafkaController),
      port: ports.kafka,
      onStage: (stage, detail) => say(stage, detail === undefined ? {} : { detail }),
    })
    return { kafka: `127.0.0.1:${ports.kafka}` }
  },
}

export const kafkaProperties = (
  broker: number,
  controller: number,
) => `process.roles=broker,controller
node.id=1
controller.quorum.bootstrap.servers=127.0.0.1:${controller}
controller.listener.names=CONTROLLER
listeners=PLAINTEXT://127.0.0.1:${broker},CONTROLLER://127.0.0.1:${controller}
advertised.listeners=PLAINTEXT://127.0.0.1:${broker},CONTROLLER://127.0.0.1:${controller}
inter.broker.listener.name=PLAINTEXT
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
log.dirs=data
${Object.entries(kafkaSettings)
  .map(([key, value]) => `${key}=${value}`)
  .join('\n')}
`

/** What a single broker needs; the compose file sets the same. */
export const kafkaSettings = {
  'offsets.topic.replication.factor': 1,
  'offsets.topic.num.partitions': 4,
  'transaction.state.log.replication.factor': 1,
  'transaction.state.log.min.isr': 1,
  'transaction.state.log.num.partitions': 4,
  'share.coordinator.state.topic.replication.factor': 1,
  'share.coordinator.state.topic.min.isr': 1,
  'default.replication.factor': 1,
  'min.insync.replicas': 1,
  'auto.create.topics.enable': false,
  'group.initial.rebalance.delay.ms': 0,
  'log.retention.hours': -1,
  'num.network.threads': 2,
  'num.io.threads': 4,
} as const
