import { randomBytes } from 'node:crypto'
import { kafkaClient } from '../adapters/kafka/cluster.ts'
import { openKafkaLog } from '../adapters/kafka/log.ts'
import { templateDecoder } from '../formats/json.ts'
import { buildBinning } from '../profiles/index.ts'
import { defineBench, type Measured, measure } from './bench.ts'
import { deleteTopic, filledTopic, modelOn } from './scan-log.ts'
import { withServers } from './servers.ts'
import { median, report } from './targets.ts'
import { wholeScan } from './whole-scan.ts'

/** Of what a loop costs that computes nothing. */
const mostOfLoop = 0.8

/**
 * Reading a log: CPU seconds of this process per million records, the broker's and PostgreSQL's not counted. Ours
 * does everything (fetch, decode, bin, sample, commit); the peer, a kafkajs consumer with `eachMessage`, only parses
 * the JSON and computes nothing. Rounds alternate; the first one warms up and is left out of the ratio.
 */
export const scan = defineBench({
  summary: 'CPU seconds per million records beside a bare kafkajs eachMessage + JSON.parse loop',
  options: { records: 1_000_000, rounds: 3 },
  run: ({ records, rounds }) =>
    withServers(['kafka', 'postgres'], async ({ kafka: broker = '', postgres = '' }) => {
      const { topic, bytesEach } = await filledTopic(broker, records)
      console.log(
        `${records} records of ${bytesEach} bytes, 10 features, uncompressed, one process`,
      )
      console.log(`${await shareTaken(broker, topic, records)} of them are read by templates`)
      const counted: { ours: Measured; peer: Measured }[] = []
      try {
        for (let round = 1; round <= rounds; round++) {
          const peer = await bareLoop(broker, topic, records)
          const ours = await wholeScan(broker, postgres, topic, records)
          if (round > 1 || rounds === 1) counted.push({ ours, peer })
          print(round, 'kafkajs eachMessage + JSON.parse', peer, records)
          print(round, 'driftgate, committed', ours, records)
        }
      } finally {
        await deleteTopic(broker, topic)
      }
      const ratio = median(counted.map(({ ours, peer }) => ours.cpuSeconds / peer.cpuSeconds))
      return report([
        {
          what: 'CPU of driftgate / CPU of the bare loop, median of the rounds after the first',
          measured: ratio,
          most: mostOfLoop,
          unit: 'times',
        },
      ])
    }),
})

function print(
  round: number,
  what: string,
  { cpuSeconds, wallSeconds }: Measured,
  records: number,
) {
  const perMillion = (seconds: number) => ((seconds * 1e6) / records).toFixed(2).padStart(7)
  console.log(
    `round ${round}  ${what.padEnd(33)}${perMillion(cpuSeconds)} CPU s${perMillion(wallSeconds)} s wall  per million`,
  )
}

/** How many records need no JSON.parse. */
async function shareTaken(broker: string, topic: string, records: number): Promise<string> {
  const log = await openKafkaLog([broker])
  const model = modelOn(topic)
  const binning = buildBinning('bench', '1', model.features, [])
  const { decode, taken } = templateDecoder({ model: 'bench', binning, paths: model.log.paths })
  try {
    for (const { partition, low, lastStable } of await log.offsets(topic)) {
      for await (const batch of log.read({ topic, partition, from: low, to: lastStable })) {
        for (const record of batch.records) decode(record)
      }
    }
  } finally {
    await log.close()
  }
  return `${((100 * taken()) / records).toFixed(2)} %`
}

/** From the first record to the last: joining the group is not measured. */
async function bareLoop(broker: string, topic: string, records: number): Promise<Measured> {
  const consumer = kafkaClient([broker]).consumer({
    groupId: `bench-${randomBytes(5).toString('hex')}`,
  })
  await consumer.connect()
  await consumer.subscribe({ topic, fromBeginning: true })
  const joined = new Promise<void>((resolve) => {
    consumer.on(consumer.events.GROUP_JOIN, () => resolve())
  })
  let seen = 0
  let finish = () => {}
  const finished = new Promise<void>((resolve) => {
    finish = resolve
  })
  await consumer.run({
    autoCommit: false,
    partitionsConsumedConcurrently: 4,
    eachMessage: async ({ message }) => {
      JSON.parse(String(message.value))
      if (++seen === records) finish()
    },
  })
  await joined
  const measured = await measure(() => finished)
  await consumer.disconnect()
  return measured
}
