import type { Registry } from 'prom-client'
import { guardMetrics } from '../../gateway/guard/guard-metrics.ts'
import type { Measured } from '../../gateway/metrics/measured.ts'
import { createMetrics } from '../../gateway/metrics.ts'
import { code, generatedNotice, markdownTable, page } from './markdown.ts'

/** A gateway whose database holds nothing. */
const nothing: Measured = {
  gates: async () => [],
  reviews: async () => [],
  cards: async () => [],
  answers: async () => [],
  bytes: async () => [],
  tidied: async () => null,
  models: async () => [],
  incidents: async () => new Map(),
  notices: async () => new Map(),
  verdicts: async () => new Map(),
  retrainings: async () => new Map(),
  partitions: async () => [],
  labels: async () => [],
  readiness: async () => [],
  guarded: async () => [],
  guards: async () => ({ running: 0, killed: 0 }),
}

/** Our own series with their labels, as the gateway registers them. */
export async function ownSeries() {
  const { registry } = createMetrics(nothing, (series, cause) => {
    throw new Error(`${series} could not be asked for`, { cause })
  })
  return seriesIn(registry)
}

/** Those of a guard. */
export const guardsSeries = () => seriesIn(guardMetrics({ all: () => [] }).registry)

async function seriesIn(registry: Registry) {
  const own = (await registry.getMetricsAsJSON()).filter(({ name }) => name.startsWith('drift_'))
  return own.map(({ name, type, help }) => {
    const metric = registry.getSingleMetric(name) as { labelNames?: string[] } | undefined
    return { name, type: String(type), help, labels: metric?.labelNames ?? [] }
  })
}

/** `metrics.md`: our own series, as the processes register them. */
export const metricsPage = async (): Promise<string> =>
  page(
    generatedNotice,
    '# Metrics',
    'Every process answers Prometheus at `/metrics` on loopback: the gateway on its own port, each worker on the port that it prints when it starts (`--metrics-port N` chooses it). [Alert rules](../how-to/alerts.md) on these series come with them.',
    '## Gateway',
    'What is told of models, gates and storage is asked of PostgreSQL at every scrape, so that every gateway over one database tells the same.',
    markdownTable(
      ['series', 'kind', 'labels', 'meaning'],
      (await ownSeries()).map(({ name, type, labels, help }) => [
        ...[code(name), type, labels.map(code).join(', '), help],
      ]),
    ),
    'Beside these, the usual `process_` and `nodejs_` series.',
    '## Guard',
    'Each guard answers at `/metrics` on its own port (`guard.listen`) with what it alone has seen; the gateway tells what all of them have counted.',
    markdownTable(
      ['series', 'kind', 'labels', 'meaning'],
      (await guardsSeries()).map(({ name, type, labels, help }) => [
        ...[code(name), type, labels.map(code).join(', '), help],
      ]),
    ),
    '## Workers',
    'Workers answer with the series of the Temporal SDK: polls, task queue latency, activity and workflow failures by type ([list](https://docs.temporal.io/references/sdk-metrics)). The failure type is the [error code](errors.md).',
  )
