import { Worker } from 'node:worker_threads'
import { logClients, usualLogClient } from '../adapters/kafka/log-clients.ts'
import { recordBatches } from '../adapters/kafka/record-batch.ts'
import { defineBench, type Measured, measure } from './bench.ts'
import { deleteTopic, filledTopic } from './scan-log.ts'
import { withServers } from './servers.ts'
import { median, report, slowness } from './targets.ts'

/** Fetch answers of one partition, in order. */
export type Recorded = readonly Uint8Array[]

/**
 * Two workers beside one, on fetch answers that were recorded before: everything of a scan but network and database.
 * A worker here is a thread with nothing shared, as a worker process is. Whole partitions belong to one worker.
 */
export const scanWorkers = defineBench({
  summary: 'CPU per record and speed of two workers beside one, on recorded fetch answers',
  options: { records: 1_000_000, rounds: 4 },
  run: ({ records, rounds }) =>
    withServers(['kafka'], async ({ kafka: broker = '' }) => {
      const { topic } = await filledTopic(broker, records)
      const partitions = await recordedAnswers(broker, topic).finally(() =>
        deleteTopic(broker, topic),
      )
      const one = new Crew([partitions])
      const two = new Crew([0, 1].map((own) => partitions.filter((_, i) => i % 2 === own)))
      const counted: { alone: Measured; both: Measured }[] = []
      try {
        for (let round = 1; round <= rounds; round++) {
          const alone = await one.scan(records)
          const both = await two.scan(records)
          if (round > 1) counted.push({ alone, both })
          for (const [what, { cpuSeconds, wallSeconds }] of [
            ['one worker ', alone],
            ['two workers', both],
          ] as const) {
            const perMillion = (seconds: number) => ((seconds * 1e6) / records).toFixed(2)
            console.log(
              `round ${round}  ${what}  ${perMillion(cpuSeconds)} CPU s  ${perMillion(wallSeconds)} s wall  per million`,
            )
          }
        }
      } finally {
        await one.close()
        await two.close()
      }
      const ratio = (of: 'cpuSeconds' | 'wallSeconds') =>
        median(counted.map(({ alone, both }) => both[of] / alone[of]))
      const times = slowness()
      console.log(`a fixed loop takes ${times.toFixed(2)} times its time on a quiet machine`)
      return report([
        {
          what: 'CPU of two workers / CPU of one',
          measured: ratio('cpuSeconds'),
          most: 1.1,
          unit: 'times',
        },
        {
          what: 'time of two workers / time of one (a speed-up of 1.7)',
          measured: ratio('wallSeconds'),
          most: 1 / 1.7,
          unit: 'times',
          // Two workers are no quicker where somebody else has the second core.
          warns: true,
        },
      ])
    }),
})

/** Threads that keep their answers and scan them as often as they are asked to. */
class Crew {
  readonly #threads: Worker[]

  constructor(shares: readonly (readonly Recorded[])[]) {
    this.#threads = shares.map(
      (workerData) =>
        new Worker(new URL('scan-workers-thread.ts', import.meta.url), { workerData }),
    )
  }

  async scan(records: number): Promise<Measured> {
    let seen = 0
    const measured = await measure(async () => {
      const counts = await Promise.all(this.#threads.map((thread) => answerOf(thread)))
      for (const count of counts) seen += count
    })
    if (seen !== records) throw new Error(`${seen} of ${records} records were counted`)
    return measured
  }

  async close(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.terminate()))
  }
}

function answerOf(thread: Worker): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>()
  thread.once('message', resolve).once('error', reject)
  thread.postMessage('scan')
  return promise.finally(() => thread.off('error', reject))
}

/** What the broker answers to fetches of a whole topic, by partition. */
async function recordedAnswers(address: string, topic: string): Promise<Recorded[]> {
  const client = await logClients[usualLogClient].open({ brokers: [address] }, 'bench')
  try {
    const found: Recorded[] = []
    for (const { partition, low, lastStable } of await client.offsets(topic)) {
      const answers: Uint8Array[] = []
      for (let offset = low; offset < lastStable; ) {
        const asked = { topic, partition, offset, maxBytes: 1 << 20, maxWaitMs: 500 }
        const bytes = (await client.fetch(asked))?.recordSet ?? Buffer.alloc(0)
        const last = (await recordBatches(bytes)).at(-1)
        if (last === undefined) throw new Error(`nothing at offset ${offset}`)
        answers.push(Uint8Array.from(bytes))
        offset = BigInt(last.lastOffset) + 1n
      }
      found.push(answers)
    }
    return found
  } finally {
    await client.close()
  }
}
