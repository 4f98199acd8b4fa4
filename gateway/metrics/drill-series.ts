import { type AskedSeries, gaugesOf } from './asked.ts'
import type { Measured } from './measured.ts'

/** Of each model that drills are configured for. */
export function drillSeries({ readiness }: Measured): AskedSeries[] {
  const gauge = gaugesOf(readiness)
  return [
    gauge(
      'driftgate_delivery_ready',
      'Whether a release would go through, as the last drill says: 1, or 0 where it did not pass, is overdue, or proves too little.',
      ({ readiness: { last, trouble } }) => Number(last?.state === 'ready' && trouble === null),
    ),
    gauge(
      'driftgate_delivery_ready_timestamp_seconds',
      'When a drill was last passed whole, in seconds since 1970; 0: never.',
      ({ readiness: { lastReadyAt } }) =>
        lastReadyAt === null ? 0 : Date.parse(lastReadyAt) / 1_000,
    ),
  ]
}
