import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DriftgateError } from '../contracts/errors.ts'
import { type TrainingMarker, trainingMarkerSchema } from '../contracts/training.ts'

export const sha256 = (bytes: Uint8Array | string): string =>
  createHash('sha256').update(bytes).digest('hex')

/**
 * The marker of a run folder; null while there is none. One that is not readable or belongs to
 * another run key is ARTEFACT_INVALID.
 */
export async function findMarker(
  folder: string,
  runKey: string,
): Promise<{ marker: TrainingMarker; digest: string } | null> {
  const bytes = await readFile(join(folder, 'marker.json')).catch((cause: unknown) => {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw invalidArtefact(runKey, 'marker.json', 'it cannot be read', cause)
  })
  if (bytes === null) return null
  const marker = readJson(runKey, 'marker.json', bytes, trainingMarkerSchema.parse)
  if (marker.runKey !== runKey) {
    throw invalidArtefact(runKey, 'marker.json', `it belongs to the run key ${marker.runKey}`)
  }
  return { marker, digest: sha256(bytes) }
}

/** Whose run a folder holds, by its marker. */
export async function readRunKey(folder: string): Promise<string> {
  const bytes = await readFile(join(folder, 'marker.json')).catch((cause: unknown) => {
    throw invalidArtefact(folder, 'marker.json', 'it cannot be read', cause)
  })
  return readJson(folder, 'marker.json', bytes, trainingMarkerSchema.parse).runKey
}

/** A JSON file of a run through its schema; ARTEFACT_INVALID where it does not fit. */
export function readJson<Value>(
  runKey: string,
  file: string,
  bytes: Uint8Array,
  parse: (value: unknown) => Value,
): Value {
  try {
    return parse(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)))
  } catch (cause) {
    throw invalidArtefact(runKey, file, 'it is not the JSON that its schema asks for', cause)
  }
}

export const invalidArtefact = (runKey: string, file: string, reason: string, cause?: unknown) =>
  new DriftgateError('ARTEFACT_INVALID', { runKey, file, reason }, { cause })
