import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { readFile, rename } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import type { TrainingSource } from '../../contracts/training.ts'
import type { LabelledRow } from '../demo/stretches.ts'

const program = fileURLToPath(new URL('to_parquet.py', import.meta.url))

/**
 * Writes rows as the Parquet file that a first training reads, and returns that source with its digest. `python` is
 * the environment of the Spark job, which has pyarrow. The file appears whole; the same rows give the same bytes.
 */
export async function writeTrainingParquet(
  python: string,
  rows: readonly LabelledRow[],
  path: string,
): Promise<Extract<TrainingSource, { kind: 'parquet' }>> {
  const part = `${path}.part`
  const child = spawn(python, [program, part], { stdio: ['pipe', 'ignore', 'pipe'] })
  let complaint = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint += text
  })
  const ended = once(child, 'close')
  // A program that ends early breaks the pipe; its own words say why.
  await pipeline(Readable.from(lines(rows)), child.stdin).catch(() => {})
  const [status] = await ended
  if (status !== 0) throw new Error(`writing ${path} failed: ${complaint.trim()}`)
  const sha256 = createHash('sha256')
    .update(await readFile(part))
    .digest('hex')
  await rename(part, path)
  return { kind: 'parquet', path, sha256 }
}

function* lines(rows: readonly LabelledRow[]): Generator<string> {
  for (const { id, timeMs, label, features } of rows) {
    yield `${JSON.stringify({ id, time: timeMs, label, features })}\n`
  }
}
