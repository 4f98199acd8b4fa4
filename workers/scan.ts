import { healthActivities } from '../activities/follow-health.ts'
import { measureHealth } from '../activities/measure-health.ts'
import { scanActivities } from '../activities/scan.ts'
import { readSecret } from '../adapters/files/read-secret.ts'
import { kafkaAccess } from '../adapters/kafka/access.ts'
import { openKafkaLog } from '../adapters/kafka/log.ts'
import { openSchemas } from '../adapters/schemas/index.ts'
import { runWorker } from './run-worker.ts'

/** Reading the log and judging windows: processor time and Kafka. */
await runWorker({
  queue: 'scan',
  concurrency: 4,
  compose: async ({ db, settings, current, clock }) => {
    const log = await openKafkaLog(kafkaAccess(settings.kafka, readSecret), 'driftgate-scan')
    const { password } = settings.schemas ?? {}
    const schemas =
      settings.schemas &&
      openSchemas(settings.schemas, {
        password: password === undefined ? null : () => readSecret(password, 'schemas.password'),
      })
    const deps = { db, log, settings: current, ...(schemas && { schemas }) }
    const health = healthActivities({
      ...{ db, clock },
      measure: (question, options) => measureHealth(deps, question, options),
    })
    return {
      activities: { ...scanActivities(deps), ...health },
      close: () => log.close(),
    }
  },
})
