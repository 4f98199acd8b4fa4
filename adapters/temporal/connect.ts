import { setTimeout as sleep } from 'node:timers/promises'
import { Client, Connection } from '@temporalio/client'
import { NativeConnection } from '@temporalio/worker'
import { DriftgateError } from '../../contracts/errors.ts'
import type { TemporalAccess } from './access.ts'

export interface Patience {
  /** How long to go on trying, milliseconds; for ever unless told. */
  readonly forMs?: number
  /** Told before every pause. */
  readonly onRetry?: (error: DriftgateError, pauseMs: number) => void
}

/** A client for Signals, Updates, Queries and Schedules. TEMPORAL_UNREACHABLE when patience ends. */
export const connectClient = (temporal: TemporalAccess, patience: Patience = {}): Promise<Client> =>
  persist(temporal, patience, async () => {
    const connection = await Connection.connect({
      address: temporal.address,
      connectTimeout: 2_000,
    })
    const { namespace, dataConverter } = temporal
    return new Client({ connection, namespace, ...(dataConverter && { dataConverter }) })
  })

/** The connection a worker polls with. TEMPORAL_UNREACHABLE when patience ends. */
export const connectWorker = (
  temporal: TemporalAccess,
  patience: Patience = {},
): Promise<NativeConnection> =>
  persist(temporal, patience, () => NativeConnection.connect({ address: temporal.address }))

async function persist<T>(
  { address }: TemporalAccess,
  { forMs = Number.POSITIVE_INFINITY, onRetry }: Patience,
  connect: () => Promise<T>,
): Promise<T> {
  const began = performance.now()
  for (let pauseMs = 250; ; pauseMs = Math.min(pauseMs * 2, 10_000)) {
    try {
      return await connect()
    } catch (cause) {
      const error = new DriftgateError('TEMPORAL_UNREACHABLE', { address }, { cause })
      if (performance.now() - began + pauseMs > forMs) throw error
      onRetry?.(error, pauseMs)
      await sleep(pauseMs)
    }
  }
}
