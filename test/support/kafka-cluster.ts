import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from '../../deploy/local/free-port.ts'
import { down, status } from '../../deploy/local/index.ts'
import { kafkaProperties, kafkaSettings } from '../../deploy/local/kafka.ts'
import { startBroker } from '../../deploy/local/kafka-broker.ts'

export interface KafkaCluster {
  /** Address of broker 1, which also holds the metadata and is never killed. */
  readonly address: string
  /** `kill -9` of broker 2 or 3; resolves when the process is gone. */
  kill(broker: number): Promise<void>
  start(broker: number): Promise<void>
  close(): Promise<void>
}

/** A broker that is silent for so long has lost its partitions. */
const session = { 'broker.session.timeout.ms': 3_000, 'broker.heartbeat.interval.ms': 500 }

/** Three real brokers of the test's own. */
export async function kafkaCluster(): Promise<KafkaCluster> {
  const folder = mkdtempSync(join(tmpdir(), 'driftgate-brokers-'))
  const close = async () => {
    await down(folder)
    rmSync(folder, { recursive: true, force: true })
  }
  const [controller, ...ports] = (await Promise.all([1, 2, 3, 4].map(() => freePort()))) as [
    number,
    number,
    number,
    number,
  ]
  const name = (broker: number) => `kafka-${broker}`
  const find = (broker: number) =>
    status(folder).find((program) => program.name === name(broker) && program.running)
  const start = async (broker: number) => {
    const port = ports[broker - 1]!
    const first = `${kafkaProperties(port, controller)}${properties(session)}`
    if (broker === 1) return startBroker(folder, { name: name(1), properties: first, port })
    const meta = readFileSync(join(folder, name(1), 'data/meta.properties'), 'utf8')
    await startBroker(folder, {
      ...{ name: name(broker), port },
      clusterId: /^cluster\.id=(.*)$/m.exec(meta)![1]!,
      properties: properties({
        'process.roles': 'broker',
        'node.id': broker,
        'controller.quorum.bootstrap.servers': `127.0.0.1:${controller}`,
        'controller.listener.names': 'CONTROLLER',
        listeners: `PLAINTEXT://127.0.0.1:${port}`,
        'log.dirs': 'data',
        ...kafkaSettings,
        ...session,
      }),
    })
  }
  try {
    await start(1)
    await Promise.all([start(2), start(3)])
  } catch (error) {
    await close()
    throw error
  }
  return {
    address: `127.0.0.1:${ports[0]}`,
    async kill(broker) {
      const { pid } = find(broker) ?? {}
      if (broker === 1 || pid === undefined) throw new Error(`broker ${broker} cannot be killed`)
      process.kill(pid, 'SIGKILL')
      while (find(broker)) await sleep(20)
    },
    start,
    close,
  }
}

const properties = (settings: Readonly<Record<string, string | number | boolean>>): string =>
  Object.entries(settings)
    .map(([key, value]) => `${key}=${value}\n`)
    .join('')
