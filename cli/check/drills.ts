import type { Found, Probe, ProbeInput } from './probe.ts'

/** One line for each critical model: whether it is ever proven that a release of it would go through. */
export const drillProbes = ({ settings }: ProbeInput): Probe[] =>
  Object.entries(settings.models)
    // A model without labels cannot be trained, nor can its delivery be rehearsed.
    .filter(([, { critical, labels }]) => critical && labels !== undefined)
    .map(([model, { drill }]) => ({
      name: 'drill',
      address: model,
      async run(): Promise<Found> {
        if (drill === undefined) {
          return { version: null, note: 'none configured: docs/how-to/fire-drill.md' }
        }
        const lacks = [
          ...(drill.channel === undefined ? ['drill.channel of the model'] : []),
          ...(settings.drill === undefined ? ['drill.identity'] : []),
        ]
        return lacks.length === 0
          ? { version: null, note: 'configured' }
          : { version: null, note: `proves too little without ${lacks.join(' and ')}` }
      },
    }))
