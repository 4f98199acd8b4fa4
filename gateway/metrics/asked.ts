import { Counter, Gauge, type Registry } from 'prom-client'

export interface Sample {
  readonly labels: Readonly<Record<string, string | number>>
  readonly value: number
}

/** A series whose values are asked for at every scrape. */
export interface AskedSeries {
  readonly name: string
  /** A counter's values never fall while whoever counts them runs. */
  readonly kind: 'gauge' | 'counter'
  readonly help: string
  readonly labels: readonly string[]
  readonly ask: () => Promise<readonly Sample[]>
}

/** Gauges of rows that each are of a model; a value of null is absent. */
export const gaugesOf =
  <Row extends { readonly model: string }>(rows: () => Promise<readonly Row[]>) =>
  (name: string, help: string, value: (row: Row) => number | null): AskedSeries => ({
    name,
    kind: 'gauge',
    help,
    labels: ['model'],
    ask: async () =>
      (await rows()).flatMap((row) => {
        const found = value(row)
        return found === null ? [] : [{ labels: { model: row.model }, value: found }]
      }),
  })

/**
 * Registers series of which a failing one is left out of that scrape alone: it is told to `onFailure` and counted, and
 * no value of before stands in for it.
 */
export function registerAsked(
  registry: Registry,
  series: readonly AskedSeries[],
  onFailure: (series: string, error: unknown) => void,
): void {
  const failures = new Counter({
    name: 'drift_scrape_failures_total',
    help: 'Scrapes in which a series could not be asked for, and is missing.',
    labelNames: ['series'],
    registers: [registry],
  })
  for (const { name, kind, help, labels, ask } of series) {
    failures.inc({ series: name }, 0)
    const options = { name, help, labelNames: [...labels], registers: [registry] }
    const samples = async (): Promise<readonly Sample[]> => {
      try {
        return await ask()
      } catch (error) {
        failures.inc({ series: name })
        onFailure(name, error)
        return []
      }
    }
    // What is asked for comes before the reset: another scrape at the same time never sees half of it, nor adds to it.
    if (kind === 'gauge') {
      new Gauge({
        ...options,
        async collect() {
          const found = await samples()
          this.reset()
          for (const { labels, value } of found) this.set(labels, value)
        },
      })
    } else {
      new Counter({
        ...options,
        async collect() {
          const found = await samples()
          this.reset()
          for (const { labels, value } of found) this.inc(labels, value)
        },
      })
    }
  }
}
