import { createHash } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Binning } from '../../contracts/binning.ts'
import {
  addRow,
  addToSample,
  createProfile,
  createSample,
  encodeProfile,
  encodeSample,
} from '../../profiles/index.ts'
import { binaryMetrics } from '../../statistics/metrics/binary.ts'
import { parseModel, scoreRow } from '../../statistics/portable-model.ts'

export interface RunOptions {
  readonly model: string
  readonly runKey: string
  /** The model says "1" for amounts above this; the world does so above `truth`. */
  readonly threshold: number
  readonly truth: number
  /** Spoils files before (`marked`) or after (`late`) the marker takes their digests. */
  readonly marked?: (files: Record<string, unknown>) => void
  readonly late?: (folder: string) => Promise<void>
}

/** A run folder as a training job leaves it: one stump over `amount`, judged on 200 rows. */
export async function trainingRun(objects: string, options: RunOptions): Promise<string> {
  const { model, runKey, threshold, truth } = options
  const folder = join(objects, model, runKey)
  const description = {
    schema: 'driftgate-model/1',
    kind: 'gradient-boosted-trees',
    classes: [0, 1],
    features: [{ name: 'amount', type: 'numeric' }],
    baseline: 0,
    trees: [[[0, threshold, 1, 1, 2], [-2], [2]]],
  }
  const parsed = parseModel(description)
  const rows = Array.from({ length: 200 }, (_, index) => ({ amount: index }))
  const scores = rows.map((row) => scoreRow(parsed, row))
  const labels = rows.map(({ amount }) => (amount > truth ? 1 : 0))
  const binning: Binning = {
    schema: 'driftgate-binning/1',
    model,
    version: '1',
    features: [
      { name: 'amount', kind: 'numeric', edges: [50, 100], minimum: 0, maximum: 199, scale: 12 },
    ],
  }
  const profile = createProfile(binning)
  const sample = createSample()
  for (const [index, { amount }] of rows.entries()) {
    addRow(profile, [amount])
    addToSample(sample, { id: `row-${index}`, values: [amount] })
  }
  const files: Record<string, unknown> = {
    'model.json': description,
    'parity.json': { schema: 'driftgate-parity/1', tolerance: 1e-9, rows, scores },
    'binning.json': binning,
    'reference.profile': encodeProfile(profile),
    'reference.sample': encodeSample(sample),
    'metrics.json': binaryMetrics(scores, labels),
    'holdout.json': rows.map((features, index) => ({
      id: `row-${index}`,
      label: labels[index],
      features,
    })),
  }
  options.marked?.(files)
  await mkdir(folder, { recursive: true })
  const digests: Record<string, string> = {}
  for (const [name, value] of Object.entries(files)) {
    const text = value instanceof Uint8Array ? value : JSON.stringify(value)
    await writeFile(join(folder, name), text)
    digests[name] = createHash('sha256').update(text).digest('hex')
  }
  const marker = {
    schema: 'driftgate-marker/1',
    runKey,
    files: digests,
    rows: { joined: 700, trained: 500, heldOut: 200 },
    trainedOn: { start: '2024-01-01T00:00:00Z', end: '2024-01-31T23:59:59.999Z' },
    heldOut: { start: '2024-02-01T00:00:00Z', end: '2024-03-01T00:00:00Z' },
  }
  await writeFile(join(folder, 'marker.json'), JSON.stringify(marker))
  await options.late?.(folder)
  return folder
}
