import { createHash } from 'node:crypto'
import { createReadStream, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { cached, cachePath, isCached } from '../../deploy/local/cache.ts'
import { runCommand } from '../../deploy/local/command.ts'
import { python } from '../../deploy/local/prerequisites.ts'
import type { PlanItem } from '../../deploy/local/server.ts'
import type { LabelledRow } from '../demo/stretches.ts'

const version = '0.13.1'
const digest = 'cf5f4a33489834ae6773cb1baa33a0f98c0a3ee6ed9b43049478b25ce22fe869'
const entry = `data/nannyml-${version}`

export const carLoanPlan = (): PlanItem => ({
  what: 'car-loan data: 100,000 applications (constructed, Apache-2.0)',
  version: `nannyml ${version}`,
  megabytes: 22,
  from: 'PyPI, the package without its dependencies',
  kept: cachePath(entry),
  here: isCached(entry),
})

/**
 * The car-loan tutorial data that ship in the nannyml package (Apache-2.0, NannyML NV): two halves of 50,000
 * applications in event-time order. In row 25,000 of the second half `car_value` begins to drift.
 */
export async function loadCarLoan(): Promise<{
  reference: LabelledRow[]
  analysis: LabelledRow[]
}> {
  const folder = await cached(entry, fetchPackage)
  const repaid = new Map<string, number>()
  for await (const row of csvRows(join(folder, 'synthetic_car_loan_analysis_target.csv'))) {
    repaid.set(row['id'] ?? '', Number(row['repaid']))
  }
  const read = async (name: string) => {
    const rows: LabelledRow[] = []
    for await (const row of csvRows(join(folder, name))) {
      rows.push(labelled(row, repaid.get(row['id'] ?? '') ?? Number(row['repaid'])))
    }
    return rows
  }
  return {
    reference: await read('synthetic_car_loan_reference.csv'),
    analysis: await read('synthetic_car_loan_analysis.csv'),
  }
}

function labelled(row: Record<string, string>, label: number): LabelledRow {
  const number = (name: string) => (row[name] === '' ? null : Number(row[name]))
  return {
    id: `car-${row['id']}`,
    timeMs: Date.parse(`${row['timestamp']?.replace(' ', 'T')}Z`),
    features: {
      car_value: number('car_value'),
      salary_range: row['salary_range'] ?? null,
      debt_to_income_ratio: number('debt_to_income_ratio'),
      loan_length: number('loan_length'),
      repaid_loan_on_prev_car: row['repaid_loan_on_prev_car'] === 'True',
      size_of_downpayment: row['size_of_downpayment'] ?? null,
      driver_tenure: number('driver_tenure'),
    },
    label,
    score: Number(row['y_pred_proba']),
  }
}

async function fetchPackage(folder: string): Promise<void> {
  const program = await python()
  await runCommand(program, [
    ...['-m', 'pip', 'download', '--disable-pip-version-check', '-q', '--no-deps'],
    ...['-d', folder, `nannyml==${version}`],
  ])
  const wheel = readdirSync(folder).find((name) => name.endsWith('.whl'))
  const file = join(folder, wheel ?? '')
  const found = createHash('sha256').update(readFileSync(file)).digest('hex')
  if (found !== digest) throw new Error(`${file} has digest ${found}, expected ${digest}`)
  const unpack = `import sys, zipfile
for entry in zipfile.ZipFile(sys.argv[1]).infolist():
    name = entry.filename.rsplit('/', 1)[-1]
    if name.startswith('synthetic_car_loan_') and '_dq_' not in name:
        entry.filename = name
        zipfile.ZipFile(sys.argv[1]).extract(entry, sys.argv[2])`
  await runCommand(program, ['-c', unpack, file, folder])
}

/** Rows of a comma-separated file without quoted commas, as this data set has none. */
async function* csvRows(file: string): AsyncGenerator<Record<string, string>> {
  let header: string[] | null = null
  for await (const line of createInterface({ input: createReadStream(file) })) {
    const cells = line.split(',')
    if (header === null) header = cells
    else yield Object.fromEntries(header.map((name, i) => [name, cells[i] ?? '']))
  }
}
