import { countedLabels } from '../adapters/postgres/label-counts.ts'
import { advanceLabels } from './advance-labels.ts'
import { labelReadingInForce } from './plan-labels.ts'
import { type ScanDeps, scannedModel } from './scan-deps.ts'

export interface CountOptions {
  readonly signal?: AbortSignal
  /** Told the head of a partition after every slice. */
  readonly onProgress?: (next: bigint) => void
}

/**
 * How many distinct predictions have a label whose event time is `from` or later, and the latest such time. What the
 * ledger holds is not read again. Of a sample of predictions their labels count. A model without labels has none.
 *
 * Errors: those of `labelReadingInForce` and `advanceLabels`.
 */
export async function countLabels(
  deps: ScanDeps,
  { model, from }: { model: string; from: string },
  { signal, onProgress }: CountOptions = {},
): Promise<{ labels: number; upTo: string | null }> {
  const { settings } = await scannedModel(deps, model)
  if (settings.labels === undefined) return { labels: 0, upTo: null }
  const { labels: source, log } = settings
  const { reading, ends } = await labelReadingInForce(
    deps,
    model,
    { labels: source, log },
    { ...(signal && { signal }), ...(onProgress && { onSlice: onProgress }) },
  )
  for (const { partition, end } of ends) {
    const input = { model, reading: reading.id, partition, to: String(end) }
    await advanceLabels(deps, input, {
      ...(signal && { signal }),
      ...(onProgress && { onSlice: onProgress }),
    })
  }
  const { labels, upTo } = await countedLabels(deps.db, reading.number, new Date(from))
  return { labels, upTo: upTo?.toISOString() ?? null }
}
