import { createHash } from 'node:crypto'
import { mkdir, open, rename } from 'node:fs/promises'
import { join } from 'node:path'
import type pg from 'pg'
import { eachHeldLabel } from '../adapters/postgres/training-labels.ts'
import type { LabelFile } from '../contracts/training.ts'

/** Where labels of a table are left for the job, in the folder of the run. */
const fileName = 'labels.jsonl'
/** Characters that are written at once. */
const chunk = 1 << 20

/**
 * Writes the labels that hold now, one record a line as a topic would have them, and gives the path with its digest; null:
 * there are none. The file appears whole.
 */
export async function writeLabelFile(
  db: pg.Pool,
  reading: string,
  folder: string,
): Promise<LabelFile | null> {
  await mkdir(folder, { recursive: true })
  const path = join(folder, fileName)
  const part = join(folder, `.${fileName}.${process.pid}`)
  const sha256 = createHash('sha256')
  const file = await open(part, 'w')
  let labels = 0
  try {
    // One after the other: writes of a file that are under way at once may land in any order.
    let written = Promise.resolve()
    let waiting = ''
    const flush = () => {
      const text = waiting
      waiting = ''
      sha256.update(text)
      written = written.then(() => file.appendFile(text))
      // What goes wrong is told where it is waited for.
      written.catch(() => {})
    }
    await eachHeldLabel(db, reading, ({ id, at, label }) => {
      labels++
      waiting += `${JSON.stringify({ id, time: at.toISOString(), label })}\n`
      if (waiting.length >= chunk) flush()
    })
    flush()
    await written
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(part, path)
  return labels === 0 ? null : { path, sha256: sha256.digest('hex') }
}
