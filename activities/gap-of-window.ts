import type { LabelledPrediction } from '../adapters/postgres/labelled-predictions.ts'
import type { WindowToMeasure } from '../adapters/postgres/performances.ts'
import type { Db } from '../adapters/postgres/pool.ts'
import type { LabelSettings } from '../contracts/label-settings.ts'
import type { LabelBias } from '../contracts/performance.ts'
import { type GapRows, type GapSample, gapRows } from '../judging/performance/gap-rows.ts'
import type { LabelledGroup } from '../judging/performance/labelled-rows.ts'
import { referenceRow } from '../judging/performance/reference-rows.ts'
import {
  type EstimatorStanding,
  estimatorStandings,
  type KnownFeatures,
  knownFeatures,
} from './estimator-standing.ts'
import { askedBy, type Estimators } from './fit-estimators.ts'

/** The gap of estimates and labels of one final window, row by row. */
export class GapOfWindow {
  readonly #labels: LabelSettings
  readonly #standing: (version: string) => EstimatorStanding
  /** Of versions whose estimates rest on features. */
  readonly #known: ReadonlyMap<string, KnownFeatures | string>
  readonly #sampled = new Map<string, GapSample[]>()

  private constructor(
    labels: LabelSettings,
    standing: (version: string) => EstimatorStanding,
    known: ReadonlyMap<string, KnownFeatures | string>,
  ) {
    this.#labels = labels
    this.#standing = standing
    this.#known = known
  }

  static async open(
    db: Db,
    model: string,
    { window, labels }: { window: WindowToMeasure; labels: LabelSettings },
    estimators: Estimators,
  ): Promise<GapOfWindow> {
    const standingOf = await estimatorStandings(db, askedBy(model, labels), labels, estimators)
    const known = new Map<string, KnownFeatures | string>()
    for (const [version, { kind, payload }] of estimators) {
      if (kind !== 'dle') continue
      known.set(version, await knownFeatures(db, window, version, payload))
    }
    return new GapOfWindow(labels, (version) => standingOf(version, window), known)
  }

  add(found: LabelledPrediction): void {
    const known = this.#known.get(found.version)
    if (known === undefined || typeof known === 'string') return
    const values = known.of(found.id)
    const row = values === undefined ? null : referenceRow(found, this.#labels)
    if (values === undefined || row === null) return
    const { score, label, segments } = row
    const sampled = this.#sampled.get(found.version) ?? []
    sampled.push({ score, label, segments, values })
    this.#sampled.set(found.version, sampled)
  }

  /** Of labelled rows of one version or segment; `scores` of all its predictions. A string: why there is none. */
  of(group: LabelledGroup, bias: LabelBias | null): GapRows | string {
    const { version } = group
    const known = this.#known.get(version)
    return gapRows(group, this.#labels, {
      ...this.#standing(version),
      sample: typeof known === 'string' ? known : (this.#sampled.get(version) ?? []),
      bias,
    })
  }
}
