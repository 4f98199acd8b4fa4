import { Counter, collectDefaultMetrics, Histogram, Registry } from 'prom-client'
import { registerAsked } from './metrics/asked.ts'
import { drillSeries } from './metrics/drill-series.ts'
import { guardSeries } from './metrics/guard-series.ts'
import { houseSeries } from './metrics/house-series.ts'
import { labelSeries } from './metrics/label-series.ts'
import { ledgerSeries } from './metrics/ledger-series.ts'
import type { Measured } from './metrics/measured.ts'
import { modelSeries } from './metrics/model-series.ts'

/** The gateway's own series. */
export interface Metrics {
  readonly registry: Registry
  /** By outcome: what people were told. */
  readonly decisions: Counter<'outcome'>
  readonly requestSeconds: Histogram<'method' | 'route' | 'status'>
}

/** `onFailure`: told of a series that could not be asked for. */
export function createMetrics(
  measured: Measured,
  onFailure: (series: string, error: unknown) => void,
): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const asked = [
    ...modelSeries(measured),
    ...ledgerSeries(measured),
    ...labelSeries(measured),
    ...guardSeries(measured),
    ...drillSeries(measured),
    ...houseSeries(measured),
  ]
  registerAsked(registry, asked, onFailure)
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
