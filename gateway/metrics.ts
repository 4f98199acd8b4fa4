import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'

/** The gateway's own series. */
export interface Metrics {
  readonly registry: Registry
  /** By outcome: what people were told. */
  readonly decisions: Counter<'outcome'>
  readonly requestSeconds: Histogram<'method' | 'route' | 'status'>
}

/** What is asked at every scrape. */
export interface Measured {
  /** Seconds for which each open gate has waited. */
  readonly waiting: () => Promise<readonly { release: string; model: string; seconds: number }[]>
  readonly bytes: () => Promise<readonly { kind: string; bytes: number }[]>
  /** When the last housekeeping ended; null before the first. */
  readonly tidied: () => Promise<Date | null>
}

export function createMetrics({ waiting, bytes, tidied }: Measured): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  new Gauge({
    name: 'drift_gate_waiting_seconds',
    help: 'How long a release has waited at its gate.',
    labelNames: ['release', 'model'],
    registers: [registry],
    async collect() {
      this.reset()
      for (const { release, model, seconds } of await waiting()) {
        this.set({ release, model }, seconds)
      }
    },
  })
  new Gauge({
    name: 'drift_storage_bytes',
    help: 'Bytes in the database, indexes included, by what they hold.',
    labelNames: ['kind'],
    registers: [registry],
    async collect() {
      for (const { kind, bytes: found } of await bytes()) this.set({ kind }, found)
    },
  })
  new Gauge({
    name: 'drift_housekeeping_last_end_seconds',
    help: 'When the last round of housekeeping ended, in seconds since 1970; 0 before the first.',
    registers: [registry],
    async collect() {
      this.set(((await tidied())?.getTime() ?? 0) / 1_000)
    },
  })
  return {
    registry,
    decisions: new Counter({
      name: 'drift_gate_decisions_total',
      help: 'Answers that people gave at gates, by what they were told.',
      labelNames: ['outcome'],
      registers: [registry],
    }),
    requestSeconds: new Histogram({
      name: 'drift_gateway_request_seconds',
      help: 'How long the gateway took to answer.',
      labelNames: ['method', 'route', 'status'],
      buckets: [0.005, 0.02, 0.05, 0.1, 0.3, 1, 3, 10],
      registers: [registry],
    }),
  }
}
