import { z } from 'zod'
import { DriftgateError } from '../../contracts/errors.ts'

const driverSchema = z.object({
  id: z.string(),
  /** Milliseconds since 1970 by the master's clock. */
  starttime: z.coerce.number(),
  state: z.string(),
  worker: z.string(),
})
export type SparkDriver = z.infer<typeof driverSchema>

const masterSchema = z.object({
  workers: z.array(z.object({ id: z.string(), webuiaddress: z.string(), state: z.string() })),
  activedrivers: z.array(driverSchema),
  completeddrivers: z.array(driverSchema),
})
export type SparkMaster = z.infer<typeof masterSchema>

/** The master's own account of its workers and drivers (`/json/`, the slash matters). */
export async function readMaster(web: string, timeoutMs: number): Promise<SparkMaster> {
  const text = await getText(new URL('/json/', web), timeoutMs)
  try {
    return masterSchema.parse(JSON.parse(text))
  } catch (cause) {
    throw new DriftgateError('CLUSTER_UNREACHABLE', { address: web }, { cause })
  }
}

export interface LogPage {
  readonly text: string
  readonly start: number
  readonly end: number
}

/**
 * Bytes of a driver's log from its worker's web UI. The first line of the answer says which bytes
 * they are; null when the driver has no such file (it was never launched, or the folder is gone).
 */
export async function readDriverLog(
  workerWeb: string,
  driverId: string,
  log: { type: 'stdout' | 'stderr'; offset: number; bytes: number; timeoutMs: number },
): Promise<LogPage | null> {
  const url = new URL('/log/', workerWeb)
  url.searchParams.set('driverId', driverId)
  url.searchParams.set('logType', log.type)
  url.searchParams.set('offset', String(log.offset))
  url.searchParams.set('byteLength', String(log.bytes))
  const answer = await getText(url, log.timeoutMs)
  const headEnd = answer.indexOf('\n')
  const head = /^==== Bytes (\d+)-(\d+) of (\d+) of /.exec(answer)
  const text = answer.slice(headEnd + 1)
  if (headEnd < 0 || head === null || /^Error: invalid log directory/.test(text)) return null
  return { text, start: Number(head[1]), end: Number(head[2]) }
}

async function getText(url: URL, timeoutMs: number): Promise<string> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(timeoutMs) })
    if (!response.ok) throw new Error(`HTTP ${response.status} from ${url.pathname}`)
    return await response.text()
  } catch (cause) {
    throw new DriftgateError('CLUSTER_UNREACHABLE', { address: url.origin }, { cause })
  }
}
