import { stewardActivities } from '../activities/steward.ts'
import { runWorker } from './run-worker.ts'

/** Workflows, and the short activities of the steward. */
await runWorker({
  queue: 'orchestration',
  workflows: true,
  concurrency: 50,
  compose: async ({ db, client, current, clock }) => ({
    activities: stewardActivities({
      db,
      client,
      settings: async () => (await current()).settings,
      clock,
    }),
  }),
})
