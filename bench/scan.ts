import { randomBytes } from 'node:crypto'
import { loadavg } from 'node:os'
import { kafkaClient } from '../adapters/kafka/cluster.ts'
import { openKafkaLog } from '../adapters/kafka/log.ts'
import { type LogClientName, logClients, usualLogClient } from '../adapters/kafka/log-clients.ts'
import { templateDecoder } from '../formats/json.ts'
import { buildBinning } from '../profiles/index.ts'
import { defineBench, type Measured, measure } from './bench.ts'
import { deleteTopic, filledTopic, modelOn } from './scan-log.ts'
import { pythonScan } from './scan-python.ts'
import { withServers } from './servers.ts'
import { median, report } from './targets.ts'
import { wholeScan } from './whole-scan.ts'

/** Of what a loop costs that computes nothing, and of Python's usual way (1/20 is out of reach: docs/decisions/009). */
const most = { loop: 0.8, python: 1 / 10 } as const

/** Scans are run by each client that reads a log; the usual one is held against the peers. */
const clients = Object.keys(logClients) as LogClientName[]

/** What a scan may do besides counting rows, as it is told. */
const extras = { predictions: 'with prediction rows', dedupe: 'with dedupe: exact' } as const
type Extra = keyof typeof extras

/**
 * Reading a log: CPU seconds of this process per million records, the broker's and PostgreSQL's not counted. Ours
 * does everything (fetch, decode, bin, sample, commit). One peer, a kafkajs consumer with `eachMessage`, only parses
 * the JSON and computes nothing; the other, kafka-python with pandas and Evidently, reports drift, over fewer records,
 * scaled. Rounds alternate; the first one warms up and is left out of the ratios. Besides, the scan of a model with
 * labels, which keeps a row of every prediction, and the one that removes repetitions: they are told, and have no bar.
 */
export const scan = defineBench({
  summary: 'CPU seconds per million records beside a bare kafkajs loop, and beside Python',
  options: { records: 1_000_000, rounds: 3, pythonRecords: 100_000, skipPython: false },
  run: ({ records, rounds, pythonRecords, skipPython }) =>
    withServers(['kafka', 'postgres'], async ({ kafka: broker = '', postgres = '' }) => {
      const { topic, bytesEach } = await filledTopic(broker, records)
      console.log(
        `${records} records of ${bytesEach} bytes, 10 features, uncompressed, one process; load ${load()}`,
      )
      console.log(`${await shareTaken(broker, topic, records)} of them are read by templates`)
      type Counted = Record<'peer' | Extra, Measured> & { ours: Record<string, Measured> }
      const counted: Counted[] = []
      let python: number | null = null
      try {
        for (let round = 1; round <= rounds; round++) {
          const peer = await bareLoop(broker, topic, records)
          print(round, 'kafkajs eachMessage + JSON.parse', peer, records)
          const ours: Record<string, Measured> = {}
          for (const client of clients) {
            ours[client] = await wholeScan(broker, postgres, topic, records, { client })
            print(round, `driftgate, committed, ${client}`, ours[client], records)
          }
          const also = {} as Record<Extra, Measured>
          for (const extra of Object.keys(extras) as Extra[]) {
            also[extra] = await wholeScan(broker, postgres, topic, records, { [extra]: true })
            print(round, `driftgate, ${extras[extra]}`, also[extra], records)
          }
          if (round > 1 || rounds === 1) counted.push({ ours, peer, ...also })
        }
        if (!skipPython) python = await pythonsWay(broker, topic, Math.min(records, pythonRecords))
      } finally {
        await deleteTopic(broker, topic)
      }
      const ratio = (one: string, of: (round: (typeof counted)[number]) => Measured | undefined) =>
        median(counted.map((round) => cpu(round.ours[one]) / cpu(of(round))))
      const ours = median(counted.map((round) => cpu(round.ours[usualLogClient])))
      for (const client of clients.filter((one) => one !== usualLogClient)) {
        const times = ratio(client, (round) => round.ours[usualLogClient]).toFixed(3)
        console.log(`CPU with ${client} / CPU with ${usualLogClient}, which is usual: ${times}`)
      }
      for (const extra of Object.keys(extras) as Extra[]) {
        const times = median(counted.map((each) => cpu(each[extra]) / cpu(each.peer))).toFixed(2)
        console.log(`${extras[extra]}: ${times} times the CPU of the bare loop`)
      }
      return report([
        {
          what: 'CPU of driftgate / CPU of the bare loop, median of the rounds after the first',
          measured: ratio(usualLogClient, ({ peer }) => peer),
          most: most.loop,
          unit: 'times',
        },
        ...(python === null
          ? []
          : [
              {
                what: "CPU of driftgate / CPU of Python's usual way, per record",
                measured: ours / records / python,
                most: most.python,
                unit: 'times',
              },
            ]),
      ])
    }),
})

const cpu = (measured: Measured | undefined): number => measured?.cpuSeconds ?? Number.NaN
const load = (): string => (loadavg()[0] ?? 0).toFixed(1)

/** CPU seconds per record. */
async function pythonsWay(broker: string, topic: string, records: number): Promise<number> {
  const { read, report: judged, seconds } = await pythonScan(broker, topic, records)
  const perMillion = (one: number) => ((one * 1e6) / records).toFixed(2)
  console.log(
    `kafka-python, pandas, Evidently    ${perMillion(seconds)} CPU s per million, scaled from ${records} records ` +
      `(reading ${perMillion(read)}, frame and report ${perMillion(judged)}); load ${load()}`,
  )
  return seconds / records
}

function print(
  round: number,
  what: string,
  { cpuSeconds, wallSeconds }: Measured,
  records: number,
) {
  const perMillion = (seconds: number) => ((seconds * 1e6) / records).toFixed(2).padStart(7)
  console.log(
    `round ${round}  ${what.padEnd(34)}${perMillion(cpuSeconds)} CPU s${perMillion(wallSeconds)} s wall  per million`,
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
