import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { cachePath, isCached } from './cache.ts'
import { runCommand } from './command.ts'
import { portAnswers } from './health.ts'
import { mavenJars } from './maven-jars.ts'
import { portsOf } from './ports.ts'
import { java } from './prerequisites.ts'
import { startProgram } from './program.ts'
import type { LocalServer } from './server.ts'
import { versions } from './versions.ts'

const entry = `kafka/${versions.kafka}`

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
      kept: cachePath(entry),
      here: isCached(entry),
    },
  ],
  async start({ folder, say }) {
    const program = await java()
    say(isCached(entry) ? 'resolving' : 'fetching', { detail: '44 MB of jars' })
    const jars = await mavenJars(
      entry,
      [
        `org.apache.kafka:kafka_${versions.scala}:${versions.kafka}`,
        // Kafka brings slf4j 1.7 and log4j 2: without this binding it logs nothing.
        `org.apache.logging.log4j:log4j-slf4j-impl:${versions.log4jBinding}`,
      ],
      { transitive: true, onWait: () => say('waiting', { detail: 'another run fetches it' }) },
    )
    const ports = await portsOf(folder, ['kafka', 'kafkaController'])
    const home = join(folder, 'kafka')
    mkdirSync(home, { recursive: true })
    writeFileSync(
      join(home, 'server.properties'),
      kafkaProperties(ports.kafka, ports.kafkaController),
    )
    writeFileSync(join(home, 'log4j2.properties'), logging)
    const classPath = join(dirname(jars[0] ?? ''), '*')
    const common = ['-Dlog4j2.configurationFile=log4j2.properties', '-XX:TieredStopAtLevel=1']
    if (!existsSync(join(home, 'data/meta.properties'))) {
      say('starting', { detail: 'formatting the log folder' })
      const id = randomBytes(16).toString('base64url')
      await runCommand(
        program,
        [
          ...common,
          '-Xmx128m',
          '-cp',
          classPath,
          'kafka.tools.StorageTool',
          'format',
          '--standalone',
          '--ignore-formatted',
          '-t',
          id,
          '-c',
          'server.properties',
        ],
        { cwd: home },
      )
    }
    say('starting')
    await startProgram(folder, {
      name: 'kafka',
      command: program,
      args: [
        ...common,
        ...kafkaHeap,
        '-XX:+UseG1GC',
        '-cp',
        classPath,
        'kafka.Kafka',
        'server.properties',
      ],
      cwd: home,
      healthy: () => portAnswers(ports.kafka),
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

/** Memory of the broker; the compose file gives the same. */
export const kafkaHeap = ['-Xms128m', '-Xmx512m']

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

const logging = `status = warn
appender.out.type = Console
appender.out.name = OUT
appender.out.layout.type = PatternLayout
appender.out.layout.pattern = [%d] %p %m (%c)%n
rootLogger.level = WARN
rootLogger.appenderRef.out.ref = OUT
`
