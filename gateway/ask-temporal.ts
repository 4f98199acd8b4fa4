import { reach } from '../adapters/temporal/reach.ts'
import type { GatewayDeps } from './deps.ts'

/** Temporal is waited for so long. */
const patienceSeconds = 10

/** Calls Temporal for a route. Errors: those of `reach`. */
export const askingTemporal =
  ({ temporal, settings }: Pick<GatewayDeps, 'temporal' | 'settings'>) =>
  <T>(call: () => Promise<T>): Promise<T> =>
    reach(temporal.client, settings.temporal.address, patienceSeconds, call)
