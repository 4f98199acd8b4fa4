import type { Health, HealthQuestion } from '../contracts/rollout.ts'
import { measureHealth } from './measure-health.ts'
import type { ScanDeps } from './scan-deps.ts'
import { withHeartbeat } from './with-heartbeat.ts'

/** What the release asks of the log, on the queue `scan`. It may be asked at any time, again and at once. */
export const armActivities = (deps: ScanDeps) => ({
  /** Heartbeats how often it committed; where to go on is read from what it committed, never from there. */
  measureHealth: (question: HealthQuestion): Promise<Health> =>
    withHeartbeat((signal, onNext) =>
      measureHealth(deps, question, { signal, onCommit: (commits) => onNext(BigInt(commits)) }),
    ),
})
