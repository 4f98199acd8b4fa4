import { openStorm, stillBad } from '../adapters/postgres/retraining-storms.ts'
import { listWishes } from '../adapters/postgres/retraining-wishes.ts'
import type { HeldRetrainings } from '../contracts/retraining-answer.ts'
import type { GatewayDeps } from './deps.ts'

/** Which models would be retrained and may not yet, and the storm that holds all of them. */
export async function heldRetrainings({ db }: Pick<GatewayDeps, 'db'>): Promise<HeldRetrainings> {
  const [wishes, storm] = await Promise.all([listWishes(db), openStorm(db)])
  return {
    waiting: wishes.map(({ model, since, waitsFor, reason, until }) => ({
      ...{ model, waitsFor, reason },
      ...{ since: since.toISOString(), until: until?.toISOString() ?? null },
    })),
    storm: storm && {
      since: storm.beganAt.toISOString(),
      ...{ models: [...storm.models], fleet: storm.fleet, stillBad: await stillBad(db, storm) },
    },
  }
}
