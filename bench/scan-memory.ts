import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { usualLogClient } from '../adapters/kafka/log-clients.ts'
import { defineBench } from './bench.ts'
import { deleteTopic, filledTopic } from './scan-log.ts'
import { withServers } from './servers.ts'
import { report } from './targets.ts'

/** What one scan of the whole log left behind. */
export interface Scanned {
  /** Most that was resident in a scan, bytes. */
  readonly most: number
}

/**
 * Resident memory of a worker from the first million records to the tenth. One log is scanned again and again, each
 * time into a database of its own, by one process that does nothing else: what a worker keeps would be there ten times.
 */
export const scanMemory = defineBench({
  summary: 'resident memory of a worker, from one million records to ten',
  options: { records: 1_000_000, times: 10, client: usualLogClient as string },
  run: ({ records, times, client }) =>
    withServers(['kafka', 'postgres'], async ({ kafka: broker = '', postgres = '' }) => {
      const { topic } = await filledTopic(broker, records)
      try {
        const most = await scans(
          [broker, postgres, topic, records, times, client].map(String),
          records,
        )
        const mebibytes = most.map((bytes) => bytes / 2 ** 20)
        const [first = 0, last = 0] = [mebibytes[0], mebibytes.at(-1)]
        return report([
          {
            what: `resident memory, most of ${times} scans`,
            measured: Math.max(...mebibytes),
            most: 400,
            unit: 'MiB',
          },
          {
            what: `the last scan beside the first`,
            measured: last / first,
            most: 1.1,
            unit: 'times',
          },
        ])
      } finally {
        await deleteTopic(broker, topic)
      }
    }),
})

async function scans(words: readonly string[], records: number): Promise<number[]> {
  const most: number[] = []
  const child = fork(fileURLToPath(new URL('scan-memory-child.ts', import.meta.url)), words)
  child.on('message', (message) => {
    const { most: bytes } = message as Scanned
    most.push(bytes)
    const passed = (most.length * records).toLocaleString('en')
    console.log(`${passed.padStart(12)} records  ${(bytes / 2 ** 20).toFixed(0)} MiB resident`)
  })
  const { promise, resolve, reject } = Promise.withResolvers<number | null>()
  child.on('exit', resolve).on('error', reject)
  const code = await promise
  if (code !== 0) throw new Error(`the scans ended with ${code}`)
  return most
}
