import { scanActivities } from '../activities/scan.ts'
import { openKafkaLog } from '../adapters/kafka/log.ts'
import { runWorker } from './run-worker.ts'

/** Reading the log and judging windows: processor time and Kafka. */
await runWorker({
  queue: 'scan',
  concurrency: 4,
  compose: async ({ db, settings, current }) => {
    const log = await openKafkaLog(settings.kafka.brokers, 'driftgate-scan')
    return {
      activities: scanActivities({ db, log, settings: current }),
      close: () => log.close(),
    }
  },
})
