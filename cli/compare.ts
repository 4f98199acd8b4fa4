import { basename, resolve } from 'node:path'
import type { Column, ColumnKind } from '../adapters/files/table.ts'
import { DriftgateError } from '../contracts/errors.ts'
import { suggestion } from '../contracts/nearest-word.ts'
import { count } from '../reports/numbers.ts'
import type { Command, CommandContext } from './command.ts'
import { type ProgressLine, startProgress } from './progress.ts'
import { showReport } from './report.ts'
import { htmlOption, writePage } from './write-page.ts'

export const compare: Command = {
  name: 'compare',
  summary: 'the verdict on two files: has CURRENT drifted from REFERENCE? needs no server',
  description:
    'The verdict on two files of CSV, JSON lines or Parquet (.csv, .tsv, .jsonl, .ndjson, .parquet; text also as .gz). Needs no server and no configuration.',
  arguments: [
    { name: '<reference>', summary: 'the file to compare with; it says which columns are numbers' },
    { name: '<current>', summary: 'the file in question' },
  ],
  options: [
    {
      flags: '--budget <p>',
      summary: 'share of comparisons without change that may alarm; 0.001 unless given',
    },
    {
      flags: '--detectors <names>',
      summary:
        'score with these, with commas between them; the first that can test a column decides for it; row detectors, such as domain-classifier, compare all columns at once',
    },
    {
      flags: '--cluster <column>',
      summary:
        'rows with the same value here hang together, such as those of one user: they count as fewer, by how much clusters vary',
    },
    { flags: '--columns <names>', summary: 'compare these only, with commas between them' },
    htmlOption,
  ],
  examples: [
    'driftgate compare january.csv february.csv --html february.html',
    'driftgate compare january.csv february.csv --cluster user',
    'driftgate compare train.parquet today.jsonl.gz --detectors cramer-von-mises,g-test,psi --output json',
  ],
  async run(context) {
    const budget = budgetOf(context.options['budget'])
    const [{ readTable, shapeOfTable }, { fileDigest }, { compareTables }] = await Promise.all([
      import('../adapters/files/read-table.ts'),
      import('../adapters/files/read-rows.ts'),
      import('./compare-tables.ts'),
    ])
    const detectors = await detectorsOf(context.options['detectors'])
    const paths = ['reference', 'current'].map((name) =>
      resolve(context.folder, context.arguments[name] as string),
    ) as [string, string]
    const [reference, current] = paths.map((path) => basename(path)) as [string, string]

    const progress = progressOf(context)
    const saying = (what: string) => (rows: number) => {
      if (context.signal.aborted) throw new Error('stopped')
      progress?.say(`${what}: ${count(rows)} rows`)
    }
    const shape = await shapeOfTable(paths[0], saying(`types of ${reference}`))
    const cluster = clusterOf(context.options['cluster'], shape.kinds, reference)
    const key = cluster === undefined ? [] : [[cluster, 'categorical'] as const]
    const wanted = wantedKinds(context.options['columns'], shape.kinds, reference)
    wanted.delete(cluster ?? '')
    const now = await readTable(paths[1], new Map([...wanted, ...key]), saying(current))
    if (cluster !== undefined && !now.columns.has(cluster)) {
      throw unknownColumn(cluster, [], current)
    }
    const common = commonColumns(context, wanted, now.columns, { reference, current })
    const kinds = new Map([...[...wanted].filter(([name]) => common.includes(name)), ...key])
    const before = await readTable(paths[0], kinds, saying(reference))
    const compared = withoutIdentifiers(context, common, before.columns, { reference, current })
    progress?.say(`comparing ${compared.length} columns`)
    const { report: found, leftOut } = compareTables(
      { name: reference, digest: await fileDigest(paths[0]), table: before },
      { name: current, digest: await fileDigest(paths[1]), table: now },
      compared,
      { budget, detectors, cluster },
    )
    if (found.features.length === 0) throw nothingInCommon({ reference, current }, compared)
    progress?.end(
      `compared ${count(compared.length)} columns of ${count(before.rows)} and ${count(now.rows)} rows`,
    )
    if (leftOut.length > 0) {
      context.terminal.note(
        `not compared, both files would have to span the whole cycle: ${leftOut.join(', ')}`,
      )
    }
    await writePage(context, found)
    return showReport(context, found)
  },
}

type Names = { readonly reference: string; readonly current: string }
type Columns = ReadonlyMap<string, Column>

const progressOf = ({ terminal }: CommandContext): ProgressLine | null =>
  terminal.rewrites ? startProgress(terminal, 'compare') : null

function budgetOf(given: string | boolean | undefined): number | undefined {
  if (given === undefined) return undefined
  const budget = given === '' ? Number.NaN : Number(given)
  if (budget > 0 && budget < 0.5) return budget
  throw new DriftgateError('USAGE', {
    reason: `--budget ${given} is no probability between 0 and 0.5`,
    fix: 'give the share of comparisons without change that may alarm, such as --budget 0.001',
  })
}

/** The detectors that --detectors names; undefined: the usual ones. Throws COMPARE_DETECTOR_UNKNOWN. */
async function detectorsOf(given: string | boolean | undefined): Promise<string[] | undefined> {
  if (typeof given !== 'string') return undefined
  const [{ detectors }, { rowDetectors }] = await Promise.all([
    import('../detectors/index.ts'),
    import('../detectors/rows.ts'),
  ])
  const known = [...Object.keys(detectors), ...Object.keys(rowDetectors)]
  const names = given.split(',').map((name) => name.trim())
  const unknown = names.find((name) => !known.includes(name))
  if (unknown === undefined) return names
  throw new DriftgateError('COMPARE_DETECTOR_UNKNOWN', {
    detector: unknown,
    fix: suggestion(unknown, known) ?? `known here: ${known.join(', ')}`,
  })
}

/** The columns that --columns names, or all. Throws COMPARE_COLUMN_UNKNOWN. */
function wantedKinds(
  given: string | boolean | undefined,
  kinds: ReadonlyMap<string, ColumnKind>,
  file: string,
): Map<string, ColumnKind> {
  if (typeof given !== 'string') return new Map(kinds)
  const names = given.split(',').map((name) => name.trim())
  return new Map(
    names.map((name) => {
      const kind = kinds.get(name)
      if (kind === undefined) throw unknownColumn(name, [...kinds.keys()], file)
      return [name, kind]
    }),
  )
}

/** The column that --cluster names. Throws COMPARE_COLUMN_UNKNOWN. */
function clusterOf(
  given: string | boolean | undefined,
  kinds: ReadonlyMap<string, ColumnKind>,
  file: string,
): string | undefined {
  if (typeof given !== 'string') return undefined
  if (!kinds.has(given)) throw unknownColumn(given, [...kinds.keys()], file)
  return given
}

/** What both files have, in the order of the reference; what one lacks is told. */
function commonColumns(
  context: CommandContext,
  wanted: ReadonlyMap<string, ColumnKind>,
  now: Columns,
  { reference, current }: Names,
): string[] {
  const [common, absent] = [true, false].map((there) =>
    [...wanted.keys()].filter((name) => now.has(name) === there),
  ) as [string[], string[]]
  if (common.length === 0) throw nothingInCommon({ reference, current }, [...wanted.keys()])
  const [first] = absent
  if (first === undefined) return common
  if (context.options['columns'] !== undefined) throw unknownColumn(first, [], current)
  context.terminal.note(`not compared, ${current} has no such column: ${absent.join(', ')}`)
  return common
}

/**
 * A text that is another one in most rows names the row: all of its values would be new in any other file. Such
 * columns are compared only when --columns names them.
 */
function withoutIdentifiers(
  context: CommandContext,
  common: readonly string[],
  before: Columns,
  names: Names,
): string[] {
  if (context.options['columns'] !== undefined) return [...common]
  const identifiers = common.filter((name) => {
    const column = before.get(name)
    if (column?.kind !== 'categorical') return false
    const values = column.codes.reduce((sum, code) => sum + (code < 0 ? 0 : 1), 0)
    return column.categories.length >= 50 && column.categories.length > values / 2
  })
  if (identifiers.length === 0) return [...common]
  const kept = common.filter((name) => !identifiers.includes(name))
  if (kept.length === 0) throw nothingInCommon(names, common)
  context.terminal.note(
    `not compared, most rows have a value of their own: ${identifiers.join(', ')}; --columns compares them all the same`,
  )
  return kept
}

const nothingInCommon = (names: Names, columns: readonly string[]) =>
  new DriftgateError('COMPARE_NO_COMMON_COLUMNS', {
    ...names,
    columns: columns.slice(0, 12).join(', ') || 'none',
  })

const unknownColumn = (column: string, known: readonly string[], file: string) =>
  new DriftgateError('COMPARE_COLUMN_UNKNOWN', {
    column,
    file,
    fix: suggestion(column, known) ?? 'name columns that both files have, with commas between them',
  })
