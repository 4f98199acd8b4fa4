import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { binningSchema } from '../contracts/binning.ts'
import { paritySchema, type TrainingMarker } from '../contracts/training.ts'
import { decodeProfile, decodeSample, type SampledRow, sampledRows } from '../profiles/index.ts'
import { parseModel, scoreRow } from '../statistics/portable-model.ts'
import { findMarker, invalidArtefact as invalid, readJson, sha256 } from './marker.ts'

/** What every candidate must bring. */
export const artefactFiles = [
  'model.json',
  'parity.json',
  'binning.json',
  'reference.profile',
  'metrics.json',
  'holdout.json',
] as const

/** Profiles of the segments of the training rows, for a binning that has segments. */
export const segmentsFile = 'segments.json'

/** A sample of the training rows, in the bytes of `profiles/sample.ts`; jobs of earlier versions left none. */
export const sampleFile = 'reference.sample'

/** The same model for servers of ONNX, where it can be said and scores alike: the job has held it against the trainer's. */
export const onnxFile = 'model.onnx'

/** What people should know of the model, in Markdown; jobs of earlier versions left none. */
export const cardFile = 'model-card.md'

const furtherFiles = [segmentsFile, sampleFile, onnxFile, cardFile]

/** `segments.json`: name of the segment -> bytes of its profile, base64. */
export const segmentsSchema = z.record(z.string(), z.base64())

export interface Artefacts {
  readonly marker: TrainingMarker
  readonly markerDigest: string
  readonly files: ReadonlyMap<string, Uint8Array>
}

/** Every file of a run, its bytes held against the marker's digests, and the parity reproduced. */
export async function loadArtefacts(folder: string, runKey: string): Promise<Artefacts> {
  const found = await findMarker(folder, runKey)
  if (found === null) throw invalid(runKey, 'marker.json', 'it is not there')
  const files = new Map<string, Uint8Array>()
  const listed = furtherFiles.filter((file) => found.marker.files[file] !== undefined)
  for (const file of [...artefactFiles, ...listed]) {
    const digest = found.marker.files[file]
    if (digest === undefined) throw invalid(runKey, file, 'the marker does not list it')
    const bytes = await readFile(join(folder, file)).catch((cause: unknown) => {
      throw invalid(runKey, file, 'it cannot be read', cause)
    })
    if (sha256(bytes) !== digest) throw invalid(runKey, file, 'its bytes have another digest')
    files.set(file, bytes)
  }
  checkParity(runKey, files.get('model.json')!, files.get('parity.json')!)
  checkProfile(runKey, files.get('binning.json')!, files.get('reference.profile')!)
  checkSegments(runKey, files.get('binning.json')!, files.get(segmentsFile))
  checkSample(runKey, files.get('binning.json')!, files.get(sampleFile))
  return { marker: found.marker, markerDigest: found.digest, files }
}

/** Our scorer must give the trainer's scores within the tolerance of `parity.json`, of numbers above 1 that share of them. */
export function checkParity(runKey: string, modelBytes: Uint8Array, parityBytes: Uint8Array): void {
  const model = readJson(runKey, 'model.json', modelBytes, parseModel)
  const parity = readJson(runKey, 'parity.json', parityBytes, paritySchema.parse)
  if (parity.rows.length === 0 || parity.rows.length !== parity.scores.length) {
    throw invalid(
      runKey,
      'parity.json',
      `${parity.rows.length} rows, ${parity.scores.length} scores`,
    )
  }
  for (const [index, row] of parity.rows.entries()) {
    const score = parity.scores[index]!
    const difference = Math.abs(scoreRow(model, row) - score)
    if (!(difference <= parity.tolerance * Math.max(1, Math.abs(score)))) {
      const reason = `row ${index} is scored ${difference} away from the trainer's score`
      throw invalid(runKey, 'parity.json', reason)
    }
  }
}

/** The reference profile must be readable under the binning that comes with it, and hold rows. */
function checkProfile(runKey: string, binningBytes: Uint8Array, profileBytes: Uint8Array): void {
  const binning = readJson(runKey, 'binning.json', binningBytes, binningSchema.parse)
  const file = 'reference.profile'
  let rows: number
  try {
    rows = decodeProfile(profileBytes, binning).rows
  } catch (cause) {
    throw invalid(runKey, file, cause instanceof Error ? cause.message : String(cause), cause)
  }
  if (rows === 0) throw invalid(runKey, file, 'it holds no row')
}

/** Every segment's profile must be readable under the same binning; a binning with segments needs the file. */
function checkSegments(
  runKey: string,
  binningBytes: Uint8Array,
  segmentBytes: Uint8Array | undefined,
): void {
  const binning = readJson(runKey, 'binning.json', binningBytes, binningSchema.parse)
  if (segmentBytes === undefined) {
    if (binning.segments === undefined) return
    throw invalid(runKey, segmentsFile, 'the binning has segments and the marker does not list it')
  }
  const profiles = readJson(runKey, segmentsFile, segmentBytes, segmentsSchema.parse)
  for (const [segment, text] of Object.entries(profiles)) {
    try {
      decodeProfile(Buffer.from(text, 'base64'), binning)
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause)
      throw invalid(runKey, segmentsFile, `${segment}: ${reason}`, cause)
    }
  }
}

/** Every sampled row must have one value for each feature of the binning. */
function checkSample(
  runKey: string,
  binningBytes: Uint8Array,
  sampleBytes: Uint8Array | undefined,
): void {
  if (sampleBytes === undefined) return
  const binning = readJson(runKey, 'binning.json', binningBytes, binningSchema.parse)
  let rows: readonly SampledRow[]
  try {
    rows = sampledRows(decodeSample(sampleBytes))
  } catch (cause) {
    throw invalid(runKey, sampleFile, 'its lines cannot be read', cause)
  }
  const other = rows.find(({ values }) => values.length !== binning.features.length)
  if (other !== undefined) {
    const reason = `row ${other.id} has ${other.values.length} values, not ${binning.features.length}`
    throw invalid(runKey, sampleFile, reason)
  }
}
