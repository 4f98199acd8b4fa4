import { binningOf } from '../adapters/postgres/binnings.ts'
import { findReading, type Reading } from '../adapters/postgres/readings.ts'
import { referenceInForce } from '../adapters/postgres/references.ts'
import { samplesWith } from '../adapters/postgres/sampled-row.ts'
import type { Binning } from '../contracts/binning.ts'
import { DriftgateError } from '../contracts/errors.ts'
import type { FeatureValue } from '../contracts/prediction.ts'
import type { TracedInput, TracedPrediction } from '../contracts/trace.ts'
import { decoderOf, formatNamed } from '../formats/index.ts'
import {
  decodeProfile,
  decodeSample,
  lineBeginning,
  sampledRows,
  shareAsUnusual,
  standingIn,
} from '../profiles/index.ts'
import type { GatewayDeps } from './deps.ts'

type Traced = Omit<TracedPrediction, 'input' | 'inputAbsent'>
type Told = Pick<TracedPrediction, 'input' | 'inputAbsent'>

/** One record is waited for so long, milliseconds. */
const patienceMs = 8_000

/**
 * What a model was asked, held against the reference of the version that answered: from a sample that was kept, else from
 * the log by its offset, while it holds the record. Where there is none, the reason is told.
 */
export async function tracedInput(
  deps: Pick<GatewayDeps, 'db' | 'openLog'>,
  id: string,
  row: Traced,
): Promise<Told> {
  const reading = await findReading(deps.db, row.reading)
  if (reading === null) return absent('its reading is not there')
  const at = new Date(row.at)
  const asked = { version: row.version, binning: reading.binning, at }
  const model = reading.model
  const reference =
    (await referenceInForce(deps.db, model, asked)) ??
    (await referenceInForce(deps.db, model, { binning: reading.binning, at }))
  if (reference === null) return absent('its model has no reference to hold it against')
  const binning = await binningOf(deps.db, reading.binning)
  const sampled = await fromSample(deps, reading, id, at)
  const found = sampled ?? (await fromLog(deps, reading, binning, id, row))
  if (typeof found === 'string') return absent(found)
  const profile = decodeProfile(reference.profile, binning)
  const standing = standingIn(profile, found)
  const rows = reference.sample ? sampledRows(decodeSample(reference.sample)) : []
  const share = shareAsUnusual(
    profile,
    rows.map(({ values }) => values),
    standing,
  )
  const input: TracedInput = {
    from: sampled === null ? 'log' : 'sample',
    reference: {
      ...{ version: reference.version, rows: profile.rows, profile: reference.profileDigest },
    },
    unusual: share === null ? null : { share, rows: rows.length },
    values: standing.toSorted((left, right) => left.tail - right.tail),
  }
  return { input, inputAbsent: null }
}

const absent = (inputAbsent: string): Told => ({ input: null, inputAbsent })

async function fromSample(
  { db }: Pick<GatewayDeps, 'db'>,
  { id: reading, definition }: Reading,
  id: string,
  at: Date,
): Promise<readonly FeatureValue[] | null> {
  const place = { line: lineBeginning(id), at, bucketMs: definition.bucket }
  for (const bytes of await samplesWith(db, reading, place)) {
    const sample = sampledRows(decodeSample(bytes, Number.POSITIVE_INFINITY))
    const row = sample.find((each) => each.id === id)
    if (row !== undefined) return row.values
  }
  return null
}

/** The values of the row, or why they cannot be had. */
async function fromLog(
  { openLog }: Pick<GatewayDeps, 'openLog'>,
  { topic, definition }: Reading,
  binning: Binning,
  id: string,
  { record, request }: Traced,
): Promise<readonly FeatureValue[] | string> {
  const format = formatNamed(definition.format)
  if (format === undefined || format.schemas !== undefined) {
    return 'it is in no sample, and its record cannot be read without its schema'
  }
  const decode = decoderOf(format, { ...definition, binning })
  const { partition, offset } = request ?? record
  const from = BigInt(offset)
  try {
    const log = await openLog()
    try {
      const signal = AbortSignal.timeout(patienceMs)
      for await (const { records } of log.read({ topic, partition, from, to: from + 1n, signal })) {
        for (const each of records) {
          if (BigInt(each.offset) !== from) continue
          const result = decode(each)
          const rows =
            result.kind === 'row' ? [result.row] : result.kind === 'rows' ? result.rows : []
          const row = rows.find((one) => one.id === id)
          return row?.values ?? 'the record at its place in the log is another one'
        }
      }
    } finally {
      await log.close()
    }
  } catch (error) {
    if (error instanceof DriftgateError && error.code !== 'KAFKA_OFFSET_LOST') {
      return `it is in no sample, and the log cannot be asked: ${error.message}`
    }
    if (!(error instanceof DriftgateError)) {
      return 'it is in no sample, and the log does not answer in time'
    }
  }
  return 'it is in no sample, and the log does not hold its record any more'
}
