import type { Binning } from '../contracts/binning.ts'
import type { ModelSettings } from '../contracts/config.ts'
import { keepsSamples } from '../contracts/data-settings.ts'
import type { ReferenceUpload } from '../contracts/reference-upload.ts'
import type { FileSchemas } from './file-schemas.ts'
import {
  configuredColumns,
  type PartColumns,
  type ReadRows,
  type ReferenceRow,
  type RowColumn,
  readReferenceRows,
} from './reference-rows.ts'

/** Edges may be approximate, counts never are: the binning is made of at most about so many rows. */
const mostBinningRows = 200_000

export interface ReferenceFile {
  readonly path: string
  readonly model: string
  readonly version: string
  readonly settings: ModelSettings
  readonly columns: PartColumns
  /** Cells to count by, so that versions are counted alike; null: new ones. */
  readonly binning: Binning | null
  /** Told of every thousand rows of the pass it is in. */
  readonly onRows: (pass: 'binning' | 'counting', rows: number) => void
  readonly signal: AbortSignal
  /** Absent: its records name none. */
  readonly schemas?: FileSchemas | undefined
  /** Other rows are passed over; absent: none are. */
  readonly only?: (row: ReferenceRow) => boolean
}

/**
 * The rows of a file summed up as a reference. Where no cells are given, they are found first, from a sample of the
 * rows where there are many; every row is counted. The same file gives the same bytes. Errors: those of `readReferenceRows`.
 */
export async function buildReference(
  file: ReferenceFile,
): Promise<{ upload: Omit<ReferenceUpload, 'source'>; read: ReadRows }> {
  const { path, model, version, settings, columns, onRows, signal, schemas } = file
  const { only = () => true } = file
  const { buildBinning, ReferenceBuilder, sha256 } = await import('../profiles/index.ts')
  const counted = (
    pass: 'binning' | 'counting',
    features: readonly RowColumn[],
    sink: (row: ReferenceRow) => void,
  ) => {
    let rows = 0
    return readReferenceRows({ path, model, settings, columns, features, schemas }, (row) => {
      if (++rows % 1_000 === 0) onRows(pass, rows)
      if (signal.aborted) throw new Error('stopped')
      if (only(row)) sink(row)
    })
  }
  const newBinning = async () => {
    const kept = new ThinnedRows(mostBinningRows, (number) =>
      Number.parseInt(sha256(`row ${number}`).slice(0, 12), 16),
    )
    await counted('binning', configuredColumns(settings), (row) => kept.add(row))
    const chosen = kept.end()
    const times = chosen.map(({ timeMs }) => timeMs)
    const raws = chosen.map(({ raw }) => raw)
    return buildBinning(model, version, settings.features, raws, {
      segments: settings.segments,
      prediction: settings.log.paths.prediction !== undefined,
      ...(times.some(Number.isFinite) && { times }),
    })
  }
  const binning = file.binning ?? (await newBinning())
  const builder = new ReferenceBuilder(binning, settings.guard?.far && settings.guard.rows)
  const read = await counted('counting', binning.features, ({ id, values }) =>
    builder.add(id, values),
  )
  const built = builder.end()
  const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64')
  return {
    read,
    upload: {
      ...{ version, binning, profile: text(built.profile) },
      segments: Object.fromEntries(
        Object.entries(built.segments).map(([name, bytes]) => [name, text(bytes)]),
      ),
      sample: keepsSamples(settings) ? text(built.sample) : null,
      guardRows: built.guardRows && text(built.guardRows),
    },
  }
}

/** All rows while they are few, then those whose hash is small: which rows they are does not follow their order. */
class ThinnedRows {
  private rows: { readonly hash: number; readonly row: ReferenceRow }[] = []
  private limit = 2 ** 48
  private count = 0
  private readonly most: number
  private readonly hashOf: (number: number) => number

  constructor(most: number, hashOf: (number: number) => number) {
    this.most = most
    this.hashOf = hashOf
  }

  add(row: ReferenceRow): void {
    const hash = this.hashOf(this.count++)
    if (hash >= this.limit) return
    this.rows.push({ hash, row })
    if (this.rows.length <= this.most) return
    this.limit /= 2
    this.rows = this.rows.filter((each) => each.hash < this.limit)
  }

  end(): ReferenceRow[] {
    return this.rows.map(({ row }) => row)
  }
}
