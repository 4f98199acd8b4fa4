import { createHash } from 'node:crypto'
import type { Binning } from '../contracts/binning.ts'
import type { LabelSettings } from '../contracts/label-settings.ts'
import { BottomRows } from '../judging/performance/bottom-rows.ts'
import {
  fewestOfClass,
  kindOf,
  type SampledReferenceRow,
} from '../judging/performance/estimator.ts'
import { type FeatureRow, featuresOf, placesIn } from '../judging/performance/feature-columns.ts'
import { type ReferenceRow, referenceRow } from '../judging/performance/reference-rows.ts'

/** Of very many labelled rows so many are learned from. */
const mostRows = 20_000

/** Collects labelled rows of one version, window by window, until they are enough. */
export class ReferenceCollector {
  labels = 0
  readonly #settings: LabelSettings
  readonly #rows = new BottomRows<ReferenceRow>(mostRows)
  readonly #sampled = new Map<string, SampledReferenceRow>()
  readonly #hash = createHash('sha256')
  #features: ReturnType<typeof featuresOf> | null = null
  #ones = 0
  /** Of the window that is read. */
  #sample: ReadonlyMap<string, FeatureRow> = new Map()
  #places: readonly number[] = []

  constructor(settings: LabelSettings) {
    this.#settings = settings
  }

  /** Rows of the window that is read next, under its binning. */
  sampleOf(binning: Binning, rows: ReadonlyMap<string, FeatureRow>): void {
    this.#features ??= featuresOf(binning)
    const places = placesIn(this.#features, binning)
    // A binning without one of the features: its rows are not known.
    if (typeof places === 'string') return
    this.#places = places
    this.#sample = rows
  }

  add(found: Parameters<typeof referenceRow>[0]): void {
    const row = referenceRow(found, this.#settings)
    if (row === null) return
    const { id, score, chosen, label, segments } = row
    this.#hash.update(`${JSON.stringify([id, score, chosen, label])}\n`)
    this.labels++
    this.#ones += label === 1 ? 1 : 0
    this.#rows.add(row)
    const values = this.#sample.get(id)
    if (values === undefined || this.#sampled.has(id)) return
    const isClass = kindOf(this.#settings) === 'cbpe'
    this.#sampled.set(id, {
      ...{ id, score, label, segments, chosen: isClass ? chosen === 1 : null },
      values: this.#places.map((place) => values[place] ?? null),
    })
  }

  endWindow(): void {
    this.#sample = new Map()
  }

  /** Features are only known of rows of the sample. */
  isEnough(): boolean {
    const needed = this.#settings.performance.learn.labels
    if (kindOf(this.#settings) === 'dle') return this.#sampled.size >= needed
    const rarer = Math.min(this.#ones, this.labels - this.#ones)
    return this.labels >= needed && rarer >= fewestOfClass
  }

  digest(): string {
    return this.#hash.digest('hex')
  }

  settle() {
    return {
      rows: this.#rows.rows(),
      sampled: [...this.#sampled.values()],
      features: this.#features ?? [],
    }
  }
}
