import { NativeConnection } from '@temporalio/worker'
import { scanActivities } from '../../activities/scan.ts'
import type { ScanDeps } from '../../activities/scan-deps.ts'
import { asActivities } from '../../adapters/temporal/as-activities.ts'
import { guardedWorker } from './guarded-worker.ts'
import { servers } from './servers.ts'

/** A worker on the queue `scan` of an environment; returns what stops it. */
export async function scanWorker(prefix: string, deps: ScanDeps): Promise<() => Promise<void>> {
  const connection = await NativeConnection.connect({ address: servers().temporal })
  const worker = await guardedWorker({
    connection,
    namespace: 'default',
    taskQueue: `${prefix}scan`,
    activities: asActivities(scanActivities(deps)),
    shutdownGraceTime: '1s',
  })
  const running = worker.run()
  let stopped: Promise<void> | undefined
  const stop = async () => {
    worker.shutdown()
    await running
    await connection.close()
  }
  return () => {
    stopped ??= stop()
    return stopped
  }
}
