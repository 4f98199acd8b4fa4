import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'

/** The gateway's own series. */
export interface Metrics {
  readonly registry: Registry
  /** By outcome: what people were told. */
  readonly decisions: Counter<'outcome'>
  readonly requestSeconds: Histogram<'method' | 'route' | 'status'>
}

/** @param waiting asked at every scrape: seconds for which each open gate has waited. */
export function createMetrics(
  waiting: () => Promise<readonly { release: string; model: string; seconds: number }[]>,
): Metrics {
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
