import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { DriftgateError } from '../contracts/errors.ts'
import type { RetrainInput } from '../contracts/messages.ts'
import type { TrainingSource } from '../contracts/training.ts'
import type { RetrainingSource } from '../contracts/training-table.ts'

/**
 * The rows of a table as a source of a specification. Files are what they are now, by their digests; of a database nothing
 * is read here: its driver, its secret and a way to it are the job's.
 *
 * Errors: TRAINING_NO_ROWS, TRAINING_TABLE_UNREACHABLE (retryable).
 */
export async function tableSource(
  { model, from }: Pick<RetrainInput, 'model' | 'from'>,
  source: RetrainingSource,
  to: string,
): Promise<TrainingSource> {
  if (source.kind === 'jdbc') return { ...source, from, to }
  const { path, columns } = source
  const files = await reading(path, () => snapshotOf(path))
  if (files.length === 0) {
    const reason = `${path} holds no Parquet file`
    throw new DriftgateError('TRAINING_NO_ROWS', { model, from, reason })
  }
  return { kind: 'files', files, columns, from, to }
}

/** Every Parquet file of a folder, hidden ones and those of a writer at work apart; or the one file. */
async function parquetFiles(path: string): Promise<string[]> {
  if (!(await stat(path)).isDirectory()) return [path]
  const names = await readdir(path, { recursive: true })
  return names
    .filter((name) => name.endsWith('.parquet') && !/(^|\/)[._]/.test(name))
    .toSorted()
    .map((name) => join(path, name))
}

async function snapshotOf(path: string): Promise<{ path: string; sha256: string }[]> {
  const found: { path: string; sha256: string }[] = []
  for (const file of await parquetFiles(path)) {
    const sha256 = createHash('sha256')
    await pipeline(createReadStream(file), sha256)
    found.push({ path: file, sha256: sha256.digest('hex') })
  }
  return found
}

async function reading<T>(table: string, step: () => Promise<T>): Promise<T> {
  try {
    return await step()
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new DriftgateError('TRAINING_TABLE_UNREACHABLE', { table, reason }, { cause })
  }
}
