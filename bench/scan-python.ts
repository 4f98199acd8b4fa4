import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { mulberry32 } from '../test/support/mulberry32.ts'
import { peerPython, runPeer } from './peers/environment.ts'
import { featureNames, rowValues } from './scan-log.ts'

/** CPU seconds of one run. */
export interface PythonScan {
  /** kafka-python and json.loads. */
  readonly read: number
  /** pandas and Evidently. */
  readonly report: number
  readonly seconds: number
}

/** As many rows as our own reference is made of. */
const referenceRows = 20_000

/** Python's usual way over the first records of a topic: kafka-python, pandas, Evidently. Installs them when missing. */
export async function pythonScan(
  broker: string,
  topic: string,
  records: number,
): Promise<PythonScan> {
  const python = await peerPython()
  const folder = mkdtempSync(join(tmpdir(), 'driftgate-scan-'))
  try {
    const reference = join(folder, 'reference.jsonl')
    const next = mulberry32(3)
    const rows = Array.from({ length: referenceRows }, () => {
      const values = rowValues(next)
      return JSON.stringify(Object.fromEntries(featureNames.map((name, i) => [name, values[i]])))
    })
    writeFileSync(reference, `${rows.join('\n')}\n`)
    const words = [broker, topic, String(records), reference]
    return await runPeer<PythonScan>(python, 'scan.py', words)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
