import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Binning } from '../contracts/binning.ts'
import { runCommand } from '../deploy/local/command.ts'
import { decodeProfile, encodeProfile } from '../profiles/index.ts'
import { mulberry32 } from '../test/support/mulberry32.ts'
import { defineBench } from './bench.ts'
import {
  againstStored,
  type Pair,
  type Stored,
  storeReference,
  verdictOf,
} from './detector-work.ts'
import { binningOfColumns, mixedColumns, profileOf, writeColumns } from './mixed-columns.ts'
import { peerPython, runPeer } from './peers/environment.ts'
import { median, report, slowness, type Target } from './targets.ts'

interface Timed {
  readonly seconds: readonly number[]
}

/**
 * What comparing costs beside the tools people use, on the same data in the same run: CPU seconds, user and system,
 * of processes of their own, reading left out on both sides alike.
 */
export const detectorSpeed = defineBench({
  summary: 'CPU seconds to compare 12 columns beside scipy and Evidently, and what judging costs',
  options: { rows: 1_000_000, runs: 3, seed: 1, json: '', skipEvidently: false },
  async run({ rows, runs, seed, json, skipEvidently }) {
    const python = await peerPython()
    const folder = mkdtempSync(join(tmpdir(), 'driftgate-speed-'))
    try {
      const columns = mixedColumns({ reference: rows, current: rows }, mulberry32(seed))
      writeColumns(folder, columns)
      await work(folder, 'store', 1)
      const scipy = await runPeer<Timed & { firstColumn: number[]; results: Pair[] }>(
        python,
        'speed.py',
        [folder, 'scipy', String(runs)],
      )
      const raw = await work<Timed & { result: Pair[] }>(folder, 'raw', runs)
      const ks = await work<Timed>(folder, 'ks', runs)
      const through = await work<Timed>(folder, 'detectors', runs)
      const stored = await work<Timed>(folder, 'stored', runs)
      const streamed = await work<{ megabytes: number }>(folder, 'stream', 1)
      const evidently = skipEvidently
        ? null
        : await runPeer<Timed>(python, 'speed.py', [folder, 'evidently', '1'])

      console.log(
        `${rows} rows a side x ${columns.length} columns, CPU seconds (median of ${runs})`,
      )
      const table = { scipy, raw, 'through detectors': through, stored, evidently }
      for (const [name, one] of Object.entries(table)) {
        if (one !== null) console.log(`  ${name.padEnd(18)} ${median(one.seconds).toFixed(3)}`)
      }
      const ratio = (ours: readonly number[], theirs: readonly number[]) =>
        median(ours) / median(theirs)
      const targets: Target[] = [
        {
          what: 'greatest difference of a statistic or p-value from scipy',
          measured: greatestDifference(raw.result, scipy.results),
          most: 1e-6,
          unit: 'relative',
        },
        {
          what: 'raw window against a raw reference, of scipy KS + chi-square',
          measured: ratio(raw.seconds, scipy.seconds),
          most: 2 / 3,
          unit: 'x',
        },
        {
          what: 'window counted and judged against a stored reference, of scipy KS + chi-square',
          measured: ratio(stored.seconds, scipy.seconds),
          most: 1 / 6,
          unit: 'x',
        },
        {
          what: 'KS of one raw column (exact distance, asymptotic p), of scipy ks_2samp',
          measured: ratio(ks.seconds, scipy.firstColumn),
          most: 1,
          unit: 'x',
        },
        ...(evidently === null
          ? []
          : [
              {
                what: 'raw window against a raw reference, of Evidently by default',
                measured: ratio(raw.seconds, evidently.seconds),
                most: 1 / 30,
                unit: 'x',
              },
            ]),
        {
          what: 'resident memory while a window streams into a profile',
          measured: streamed.megabytes,
          most: 200,
          unit: 'MB',
        },
        ...milliseconds(folder, rows, seed),
      ]
      if (json !== '') writeFileSync(json, `${JSON.stringify(targets, null, 2)}\n`)
      return report(targets)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  },
})

/** Times that are promised as such; on a machine that is slower than a quiet one now they only warn. */
function milliseconds(folder: string, rows: number, seed: number): Target[] {
  const slow = slowness()
  const [load = 0] = loadavg()
  // Programs that share a core and its caches make CPU time dearer too.
  const warns = slow > 1.25 || load > availableParallelism()
  console.log(
    `this machine now: ${slow.toFixed(2)} x the time of a quiet one, load ${load.toFixed(1)}`,
  )
  const small = mixedColumns({ reference: 10_000, current: 10_000 }, mulberry32(seed + 1))
  const current = small.map((column) => column.current)
  const references: [number, Stored][] = [
    [10_000, storeReference(small, 10_000)],
    [
      rows,
      {
        binning: JSON.parse(readFileSync(join(folder, 'binning.json'), 'utf8')) as Binning,
        bytes: readFileSync(join(folder, 'reference.profile')),
      },
    ],
  ]
  const windows = references.map(([size, stored]) => ({
    what: `a window of 10,000 rows x 12 against a stored reference of ${size}`,
    measured: medianMilliseconds(11, () => againstStored(stored, current, 10_000)),
    most: 50,
    unit: 'ms',
    warns,
  }))
  return [...windows, { ...manyFeatures(seed + 2), warns }]
}

/** A thousand features, mixed as the columns are, from stored profiles: decoding included. */
function manyFeatures(seed: number): Target {
  const next = mulberry32(seed)
  const columns = Array.from({ length: 84 }, (_, i) =>
    mixedColumns({ reference: 20_000, current: 10_000 }, next).map((column) => ({
      ...column,
      name: `${column.name} ${i}`,
    })),
  )
    .flat()
    .slice(0, 1_000)
  const binning = binningOfColumns(
    columns.map(({ name, reference }) => ({ name, column: reference })),
  )
  const bytes = [
    profileOf(
      binning,
      columns.map(({ reference }) => reference),
      20_000,
    ),
    profileOf(
      binning,
      columns.map(({ current }) => current),
      10_000,
    ),
  ].map(encodeProfile) as [Uint8Array, Uint8Array]
  return {
    what: '1,000 features judged from stored profiles, 20,000 against 10,000 rows',
    measured: medianMilliseconds(7, () =>
      verdictOf(decodeProfile(bytes[0], binning), decodeProfile(bytes[1], binning)),
    ),
    most: 100,
    unit: 'ms',
  }
}

/** Median CPU milliseconds of this process, after three runs that warm up. */
function medianMilliseconds(times: number, run: () => unknown): number {
  for (let i = 0; i < 3; i++) run()
  const taken = Array.from({ length: times }, () => {
    const began = process.cpuUsage()
    run()
    const { user, system } = process.cpuUsage(began)
    return (user + system) / 1_000
  })
  return median(taken)
}

/** Runs one task of `detector-work.ts` in a process of its own. */
async function work<Result>(folder: string, task: string, runs: number): Promise<Result> {
  const script = fileURLToPath(new URL('detector-work.ts', import.meta.url))
  const output = await runCommand(process.execPath, [script, folder, task, String(runs)])
  return JSON.parse(output.trim().split('\n').at(-1) as string) as Result
}

function greatestDifference(ours: readonly Pair[], theirs: readonly Pair[]): number {
  const differences = ours.flatMap((pair, i) =>
    pair.map((value, k) => {
      const other = theirs[i]?.[k] ?? Number.NaN
      return value === other ? 0 : Math.abs(value - other) / Math.abs(other)
    }),
  )
  return Math.max(...differences)
}
