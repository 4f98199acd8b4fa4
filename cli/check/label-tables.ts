import { readSecret } from '../../adapters/files/read-secret.ts'
import { openLabelTable } from '../../adapters/postgres/label-table.ts'
import type { Probe, ProbeInput } from './probe.ts'

/** Reaches the database of every table of labels, and looks whether its columns are there and can be read in order. */
export function labelTableProbes({ settings }: ProbeInput): Probe[] {
  return Object.entries(settings.models).flatMap(([model, { labels }]) => {
    const source = labels?.source
    if (source === undefined) return []
    return [
      {
        name: `Labels of ${model}`,
        address: source.table,
        async run() {
          const table = await openLabelTable(readSecret(source.url, 'labels.source.url'), source)
          try {
            // The newest rows of a large table are not looked for: the first are enough.
            const rows = await table.read(null, await table.horizon(), 1)
            return {
              version: null,
              note: rows.length === 0 ? 'no row yet' : 'its columns are there',
            }
          } finally {
            await table.close()
          }
        },
      },
    ]
  })
}
