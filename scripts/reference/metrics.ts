import { createMetrics } from '../../gateway/metrics.ts'
import { code, generatedNotice, markdownTable, page } from './markdown.ts'

/** `metrics.md`: our own series, as the processes register them. */
export async function metricsPage(): Promise<string> {
  const { registry } = createMetrics({
    waiting: async () => [],
    bytes: async () => [],
    tidied: async () => null,
  })
  const own = (await registry.getMetricsAsJSON()).filter(({ name }) => name.startsWith('drift_'))
  const labels = (name: string) => {
    const metric = registry.getSingleMetric(name) as { labelNames?: string[] } | undefined
    return (metric?.labelNames ?? []).map(code).join(', ')
  }
  return page(
    generatedNotice,
    '# Metrics',
    'Every process answers Prometheus at `/metrics` on loopback: the gateway on its own port, each worker on the port that it prints when it starts (`--metrics-port N` chooses it).',
    '## Gateway',
    markdownTable(
      ['series', 'kind', 'labels', 'meaning'],
      own.map(({ name, type, help }) => [code(name), String(type), labels(name), help]),
    ),
    'Beside these, the usual `process_` and `nodejs_` series.',
    '## Workers',
    'Workers answer with the series of the Temporal SDK: polls, task queue latency, activity and workflow failures by type ([list](https://docs.temporal.io/references/sdk-metrics)). The failure type is the [error code](errors.md).',
  )
}
