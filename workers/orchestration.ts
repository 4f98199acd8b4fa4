import { cardActivities } from '../activities/cards.ts'
import { drillActivities } from '../activities/drills.ts'
import { lostWorkActivities } from '../activities/find-lost-work.ts'
import { troubleActivities } from '../activities/look-for-trouble.ts'
import { stewardActivities } from '../activities/steward.ts'
import { openChannel } from '../adapters/chat/index.ts'
import { readSecret } from '../adapters/files/read-secret.ts'
import { runWorker } from './run-worker.ts'

/** Workflows, the short activities of the steward, and the cards in chat. */
await runWorker({
  queue: 'orchestration',
  workflows: true,
  concurrency: 50,
  compose: async ({ db, client, current, clock }) => {
    const settings = async () => (await current()).settings
    return {
      activities: {
        ...stewardActivities({ db, client, settings, clock }),
        ...troubleActivities({ db, client, settings, clock }),
        ...lostWorkActivities({ db, client, settings }),
        ...drillActivities({ db, settings, clock, secretOf: readSecret }),
        ...cardActivities({
          db,
          settings,
          clock,
          openChannel: (name, inForce) => openChannel(name, inForce, readSecret),
        }),
      },
    }
  },
})
