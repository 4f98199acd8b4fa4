import type { BacktestReference, BacktestSource } from '../contracts/backtest-source.ts'
import type { Binning } from '../contracts/binning.ts'
import { DriftgateError } from '../contracts/errors.ts'
import type { ReplayReference } from './replay-reference.ts'

/** The bytes of a text in base64. */
export type BytesOf = (text: string) => Uint8Array

/** What model versions learned from, and since when each was in force. */
export class StoredReferences {
  readonly #model: string
  readonly #binnings: BacktestSource['binnings']
  /** In the order in which they came into force. */
  readonly #rows: readonly BacktestReference[]
  readonly #bytesOf: BytesOf
  readonly #made = new Map<string, ReplayReference>()

  constructor(
    model: string,
    { binnings }: Pick<BacktestSource, 'binnings'>,
    rows: readonly BacktestReference[],
    bytesOf: BytesOf,
  ) {
    this.#model = model
    this.#binnings = binnings
    this.#rows = rows
    this.#bytesOf = bytesOf
  }

  /**
   * For a window by its start, under a binning (its digest): the version's own reference, else the newest of any version,
   * as of a time; null: as of now. Before the first one came into force: that one. Times are milliseconds since 1970.
   * Throws REFERENCE_MISSING.
   */
  inForce(
    binning: string,
    version: string | null,
    { at, asOf }: { readonly at: number; readonly asOf: number | null },
  ): ReplayReference {
    const under = this.#rows.filter(
      (row) =>
        row.binning === binning && (row.windowsFrom === null || Date.parse(row.windowsFrom) <= at),
    )
    const there = under.filter(({ since }) => asOf === null || Date.parse(since) <= asOf)
    const whole = there.filter(({ segment }) => segment === '')
    const found =
      whole.findLast((row) => row.version === version) ??
      whole.at(-1) ??
      under.find(({ segment }) => segment === '')
    if (found === undefined) throw new DriftgateError('REFERENCE_MISSING', { model: this.#model })
    const segments = new Map(
      there
        .filter(
          ({ name, version, segment, windowsFrom }) =>
            segment !== '' &&
            name === found.name &&
            version === found.version &&
            windowsFrom === found.windowsFrom,
        )
        .map((row) => [row.segment, row]),
    )
    const key = [found, ...segments.values()].map(({ id }) => id).join()
    const made = this.#made.get(key) ?? this.#referenceOf(found, [...segments.values()])
    this.#made.set(key, made)
    return made
  }

  #referenceOf(row: BacktestReference, segments: readonly BacktestReference[]): ReplayReference {
    const { version, digest, profile, sample, absorbed } = row
    return {
      ...{ version, digest, absorbed, binning: this.#binnings[row.binning] as Binning },
      profile: this.#bytesOf(profile),
      segments: segments.map((one) => ({
        segment: one.segment,
        profile: this.#bytesOf(one.profile),
      })),
      sample: sample === null ? null : this.#bytesOf(sample),
    }
  }
}
