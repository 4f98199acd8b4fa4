import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { runCommand } from './command.ts'
import { portAnswers } from './health.ts'
import { mavenJars } from './maven-jars.ts'
import { java } from './prerequisites.ts'
import { startProgram } from './program.ts'
import { versions } from './versions.ts'

/** Name of the cache entry with the broker's jars. */
export const kafkaEntry = `kafka/${versions.kafka}`

/** Memory of the broker; the compose file gives the same. */
export const kafkaHeap = ['-Xms128m', '-Xmx512m']

export interface BrokerSpec {
  /** Of the program and of its folder within the project's. */
  readonly name: string
  /** `server.properties`. */
  readonly properties: string
  /** Ready when this accepts connections. */
  readonly port: number
  /** More arguments for the tool that formats the log folder: users, for example. */
  readonly format?: readonly string[]
  /** Of a cluster that is there: the broker joins it. */
  readonly clusterId?: string
  readonly onStage?: (stage: 'waiting' | 'starting', detail?: string) => void
}

/** Starts one broker, its log folder formatted before the first time. */
export async function startBroker(folder: string, spec: BrokerSpec): Promise<void> {
  const program = await java()
  const { onStage = () => {} } = spec
  const jars = await mavenJars(
    kafkaEntry,
    [
      `org.apache.kafka:kafka_${versions.scala}:${versions.kafka}`,
      // Kafka brings slf4j 1.7 and log4j 2: without this binding it logs nothing.
      `org.apache.logging.log4j:log4j-slf4j-impl:${versions.log4jBinding}`,
    ],
    { transitive: true, onWait: () => onStage('waiting', 'another run fetches it') },
  )
  const home = join(folder, spec.name)
  mkdirSync(home, { recursive: true })
  writeFileSync(join(home, 'server.properties'), spec.properties)
  writeFileSync(join(home, 'log4j2.properties'), logging)
  const classPath = join(dirname(jars[0] ?? ''), '*')
  const common = ['-Dlog4j2.configurationFile=log4j2.properties', '-XX:TieredStopAtLevel=1']
  if (!existsSync(join(home, 'data/meta.properties'))) {
    onStage('starting', 'formatting the log folder')
    const tool = ['-Xmx128m', '-cp', classPath, 'kafka.tools.StorageTool', 'format']
    // In one argument: an id may begin with a dash.
    const id = `--cluster-id=${spec.clusterId ?? randomBytes(16).toString('base64url')}`
    const alone = spec.clusterId === undefined ? ['--standalone'] : []
    const settings = [...alone, '--ignore-formatted', '-c', 'server.properties']
    const args = [...common, ...tool, ...settings, id, ...(spec.format ?? [])]
    await runCommand(program, args, { cwd: home })
  }
  onStage('starting')
  const broker = ['-XX:+UseG1GC', '-cp', classPath, 'kafka.Kafka', 'server.properties']
  await startProgram(folder, {
    name: spec.name,
    command: program,
    args: [...common, ...kafkaHeap, ...broker],
    cwd: home,
    healthy: () => portAnswers(spec.port),
  })
}

const logging = `status = warn
appender.out.type = Console
appender.out.name = OUT
appender.out.layout.type = PatternLayout
appender.out.layout.pattern = [%d] %p %m (%c)%n
rootLogger.level = WARN
rootLogger.appenderRef.out.ref = OUT
`
