import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet'
import { compressors } from 'hyparquet-compressors'
import { cached, cachePath, isCached } from '../../deploy/local/cache.ts'
import { runCommand } from '../../deploy/local/command.ts'
import type { PlanItem } from '../../deploy/local/server.ts'
import type { LabelledRow } from '../demo/stretches.ts'
import { chosen, type Scale } from './tenth.ts'

const version = '3.2.1'
const digest = '6f72fda460a9863fae5fcb32f85bcd49e1761fdea6dc6cf9f4962472881cc5a3'
const entry = `data/vega-datasets-${version}`
const file = 'flights-3m.parquet'
/** A flight is late, label 1, from this many minutes on. */
const lateMinutes = 15
/** Rows read at once, so that three million objects never stand in memory together. */
const rowsAtOnce = 250_000

export const flightsPlan = (): PlanItem => ({
  what: 'flight-delay data: 3,000,000 US domestic flights of January to June 2001',
  version: `vega-datasets ${version}`,
  megabytes: 17,
  from: 'npm, the package without its dependencies',
  kept: cachePath(entry),
  here: isCached(entry),
})

interface Flight {
  /** Local departure time, written as if it were UTC. */
  readonly date: Date
  readonly delay: bigint | number
  readonly distance: bigint | number
  readonly origin: string
  readonly destination: string
}

/**
 * US domestic flights (US Department of Transportation, in the npm package vega-datasets) in the order of their
 * departure. Event time is the local time of the record read as UTC: hour and weekday are what the passenger sees.
 * `tenth` takes the tenth of the rows whose number hashes below it, the same ones every time; `full` takes all.
 */
export async function loadFlights(options: { scale?: Scale } = {}): Promise<LabelledRow[]> {
  const path = join(await cached(entry, fetchPackage), file)
  const source = await asyncBufferFromFile(path)
  const rows: LabelledRow[] = []
  for (let start = 0; ; start += rowsAtOnce) {
    const flights = (await parquetReadObjects({
      file: source,
      compressors,
      rowStart: start,
      rowEnd: start + rowsAtOnce,
    })) as unknown as Flight[]
    for (const [index, flight] of flights.entries()) {
      if (chosen(start + index, options.scale ?? 'tenth'))
        rows.push(labelled(start + index, flight))
    }
    if (flights.length < rowsAtOnce) break
  }
  return rows.sort((left, right) => left.timeMs - right.timeMs)
}

function labelled(number: number, flight: Flight): LabelledRow {
  const { date, origin, destination } = flight
  return {
    id: `flight-${number}`,
    timeMs: date.getTime(),
    features: {
      hour: date.getUTCHours(),
      // Monday is 1, Sunday 7.
      weekday: ((date.getUTCDay() + 6) % 7) + 1,
      distance: Number(flight.distance),
      origin,
      destination,
    },
    label: Number(flight.delay) >= lateMinutes ? 1 : 0,
  }
}

async function fetchPackage(folder: string): Promise<void> {
  // --ignore-scripts: only the archive is wanted, nothing of it is run.
  await runCommand('npm', ['pack', `vega-datasets@${version}`, '--ignore-scripts'], { cwd: folder })
  const archive = join(folder, readdirSync(folder).find((name) => name.endsWith('.tgz')) ?? '')
  const found = createHash('sha256').update(readFileSync(archive)).digest('hex')
  if (found !== digest) throw new Error(`${archive} has digest ${found}, expected ${digest}`)
  const inside = `package/data/${file}`
  await runCommand('tar', ['-xzf', archive, '-C', folder, '--strip-components=2', inside])
}
