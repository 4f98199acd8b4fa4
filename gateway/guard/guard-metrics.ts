import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { GuardedModels } from './guarded-models.ts'

/** The series of one guard process; what is on record of all of them is the gateway's. */
export interface GuardMetrics {
  readonly registry: Registry
  readonly requestSeconds: Histogram<'model' | 'status'>
  readonly upstreamSeconds: Histogram<'model'>
  readonly inputs: Counter<'model' | 'outcome'>
  readonly errors: Counter<'code'>
}

const seconds = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10]

export function guardMetrics(models: Pick<GuardedModels, 'all'>): GuardMetrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  new Gauge({
    name: 'drift_guard_able',
    help: 'Whether this guard can judge the inputs of a model: 1 or 0; absent where its guard is switched off.',
    labelNames: ['model'],
    registers: [registry],
    collect() {
      this.reset()
      for (const { name, judging, settings } of models.all()) {
        if (settings.guard.enabled) this.set({ model: name }, judging === null ? 0 : 1)
      }
    },
  })
  const common = { registers: [registry], buckets: seconds }
  return {
    registry,
    requestSeconds: new Histogram({
      ...common,
      name: 'drift_guard_request_seconds',
      help: 'How long an inference request took through this guard, the model server included.',
      labelNames: ['model', 'status'],
    }),
    upstreamSeconds: new Histogram({
      ...common,
      name: 'drift_guard_upstream_seconds',
      help: 'How long of it the model server took.',
      labelNames: ['model'],
    }),
    inputs: new Counter({
      name: 'drift_guard_judged_total',
      help: 'Inputs that this guard judged since it started, by what came of them.',
      labelNames: ['model', 'outcome'],
      registers: [registry],
    }),
    errors: new Counter({
      name: 'drift_guard_errors_total',
      help: 'Requests that this guard answered with an error of its own, by its code.',
      labelNames: ['code'],
      registers: [registry],
    }),
  }
}
