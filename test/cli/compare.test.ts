import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { reportSchema } from '../../contracts/report.ts'
import { mulberry32 } from '../support/mulberry32.ts'
import { runCli } from './run-cli.ts'

const folder = mkdtempSync(join(tmpdir(), 'driftgate-compare-'))
after(() => rmSync(folder, { recursive: true }))
const main = new URL('../../cli/main.ts', import.meta.url).pathname

interface Row {
  readonly id: string
  readonly age: number
  readonly country: string
}

function rowsOf(seed: number, shift = 0, count = 2000): Row[] {
  const next = mulberry32(seed)
  return Array.from({ length: count }, (_, i) => ({
    id: `${seed}-${i}`,
    age: 18 + 60 * next() + shift,
    country: next() < 0.7 ? 'DE' : 'FR',
  }))
}

function csv(name: string, rows: readonly Row[], age = (row: Row) => String(row.age)): string {
  const lines = rows.map((row) => `${row.id},${age(row)},${row.country}`)
  writeFileSync(join(folder, name), `id,age,country\n${lines.join('\n')}\n`)
  return name
}

csv('a.csv', rowsOf(1))
csv('same.csv', rowsOf(2))
csv('shifted.csv', rowsOf(3, 15))
csv('few.csv', rowsOf(4, 0, 12))
csv('units.csv', rowsOf(5), ({ age }) => (age > 70 ? `${age} years` : String(age)))
writeFileSync(
  join(folder, 'same.jsonl'),
  rowsOf(2)
    .map((row) => JSON.stringify(row))
    .join('\n'),
)
writeFileSync(join(folder, 'ragged.csv'), 'age,country\n1,DE\n2\n')
writeFileSync(join(folder, 'other.csv'), 'height\n1\n')

const inFolder = (...words: string[]) => runCli(['compare', ...words], { folder })

test('the program itself ends with 0 without drift, 10 with it, and 1 with a code on a broken file', () => {
  const run = (current: string) =>
    spawnSync(process.execPath, [main, 'compare', 'a.csv', current], {
      cwd: folder,
      encoding: 'utf8',
      timeout: 60_000,
    })
  const same = run('same.csv')
  assert.equal(same.status, 0, same.stderr)
  assert.match(same.stdout, /^same\.csv .*NO_DRIFT\n/)
  const shifted = run('shifted.csv')
  assert.equal(shifted.status, 10, shifted.stderr)
  assert.match(shifted.stdout, /age drifted: median/)
  const ragged = run('ragged.csv')
  assert.equal(ragged.status, 1)
  assert.match(ragged.stderr, /error\[FILE_UNREADABLE\]: ragged\.csv, line 3, cannot be read/)
  assert.equal(ragged.stdout, '')
})

test('the table speaks of two files, never of a window or a version', async () => {
  const { out } = await inFolder('a.csv', 'same.csv')
  assert.match(out, /2,000 rows against 2,000 rows of a\.csv/)
  assert.doesNotMatch(out, /window|version|Invalid/)
})

test('JSON output is a report, and the same whatever the format of the file', async () => {
  const fromCsv = reportSchema.parse(
    JSON.parse((await inFolder('a.csv', 'same.csv', '--output', 'json')).out),
  )
  const fromJson = reportSchema.parse(
    JSON.parse((await inFolder('a.csv', 'same.jsonl', '--output', 'json')).out),
  )
  assert.equal(fromCsv.features.length, 2)
  assert.deepEqual(fromJson.features, fromCsv.features)
})

test('a column whose values name the rows is left out and told, unless it is asked for', async () => {
  const without = await inFolder('a.csv', 'same.csv')
  assert.match(without.err, /not compared, most rows have a value of their own: id/)
  // Each value is as rare in one file as in the other: nothing speaks for a change.
  const asked = await inFolder('a.csv', 'same.csv', '--columns', 'id')
  assert.equal(asked.status, 0, asked.out)
  assert.doesNotMatch(asked.err, /not compared/)
})

test('text in more than a tenth of a numeric column is a break of its type', async () => {
  const { status, out } = await inFolder('a.csv', 'units.csv')
  assert.equal(status, 11)
  assert.match(
    out.replace(/\s+/g, ' '),
    /the type of age has changed: 1[0-9] % of the rows hold no/,
  )
})

test('too few rows give no verdict', async () => {
  const { status, out } = await inFolder('a.csv', 'few.csv')
  assert.equal(status, 12)
  assert.match(out, /12 rows, 30 are needed/)
  writeFileSync(join(folder, 'header.csv'), 'age,country\n')
  assert.equal((await inFolder('a.csv', 'header.csv')).status, 12)
})

test('--columns restricts the comparison, and a mistyped name is told with its neighbour', async () => {
  const only = await inFolder('a.csv', 'shifted.csv', '--columns', 'country')
  assert.equal(only.status, 0, only.out)
  const wrong = await inFolder('a.csv', 'same.csv', '--columns', 'contry')
  assert.equal(wrong.status, 2)
  assert.match(wrong.err, /error\[COMPARE_COLUMN_UNKNOWN\][\s\S]*did you mean "country"/)
})

test('--html writes the page beside the table, and tells when it cannot', async () => {
  const { status, err } = await inFolder('a.csv', 'shifted.csv', '--html', 'page.html')
  assert.equal(status, 10)
  assert.match(err, /the page is page\.html/)
  assert.match(readFileSync(join(folder, 'page.html'), 'utf8'), /age drifted: median/)
  const nowhere = await inFolder('a.csv', 'shifted.csv', '--html', 'no/such/page.html')
  assert.equal(nowhere.status, 1)
  assert.match(nowhere.err, /error\[FILE_UNWRITABLE\]/)
})

test('--budget is spread over what is compared, and is a probability', async () => {
  const { out } = await inFolder('a.csv', 'same.csv', '--budget', '0.06', '--output', 'json')
  const report = reportSchema.parse(JSON.parse(out))
  // ks and chi-square have nine tenths of it, the rules the rest.
  const [level] = new Set(report.features.map((feature) => feature.level))
  assert.ok(level !== undefined && Math.abs(level - (0.06 * 0.9) / 2) < 1e-12, `level ${level}`)
  assert.equal((await inFolder('a.csv', 'same.csv', '--budget', '2')).status, 2)
})

test('files without a common column and files that are not there are told with their codes', async () => {
  assert.match((await inFolder('a.csv', 'other.csv')).err, /error\[COMPARE_NO_COMMON_COLUMNS\]/)
  const absent = await inFolder('a.csv', 'none.csv')
  assert.equal(absent.status, 1)
  assert.match(absent.err, /error\[FILE_NOT_FOUND\]/)
})

/** Rows every two minutes from a day on: more of them by day than by night, amounts about 40. */
function orders(name: string, seed: number, days: number, change: (row: Order) => Order): string {
  const next = mulberry32(seed)
  const lines: string[] = []
  for (let i = 0; i < days * 720; i++) {
    const at = new Date(Date.UTC(2025, 0, 6) + i * 120_000)
    const hour = at.getUTCHours()
    if (next() > (hour >= 8 && hour < 20 ? 0.9 : 0.2)) continue
    const amount = 20 + 40 * next() * next()
    const code = `0${1000 + Math.floor(4 * next())}`
    const row = change({ at: at.getTime(), amount, code })
    const text = new Date(row.at).toISOString().slice(0, 19).replace('T', ' ')
    lines.push(`${text},${row.amount.toFixed(2)},${row.code}`)
  }
  writeFileSync(join(folder, name), `at,amount,code\n${lines.join('\n')}\n`)
  return name
}

interface Order {
  readonly at: number
  readonly amount: number
  readonly code: string
}

orders('orders.csv', 6, 14, (row) => row)
orders('later.csv', 7, 14, (row) => ({ ...row, at: row.at + 14 * 86_400_000 }))
orders('cents.csv', 8, 14, (row) => ({ ...row, amount: row.amount * 100 }))
orders('zone.csv', 9, 14, (row) => ({ ...row, at: row.at + 5 * 3_600_000 }))

const featuresOf = (out: string) =>
  new Map(reportSchema.parse(JSON.parse(out)).features.map((each) => [each.feature, each]))

test('times are compared by hour and weekday, and by nothing that two weeks cannot show', async () => {
  const { out, err, status } = await inFolder('orders.csv', 'later.csv', '--output', 'json')
  assert.equal(status, 0, out)
  assert.deepEqual([...featuresOf(out).keys()].sort(), ['amount', 'at.hour', 'at.weekday', 'code'])
  assert.match(err, /span the whole cycle: at\.day, at\.month/)
})

test('digits behind a zero are categories, not numbers', async () => {
  const { out } = await inFolder('orders.csv', 'later.csv', '--output', 'json')
  assert.equal(featuresOf(out).get('code')?.kind, 'categorical')
})

test('a change of units is told as such, as of a window', async () => {
  const cents = await inFolder('orders.csv', 'cents.csv')
  assert.equal(cents.status, 11, cents.out)
  assert.match(
    cents.out.replace(/\s+/g, ' '),
    /upstream changed its units: every amount is now 100 times as large \(hundredths/,
  )
  const zone = await inFolder('orders.csv', 'zone.csv', '--columns', 'at')
  assert.equal(zone.status, 11, zone.out)
  assert.match(zone.out.replace(/\s+/g, ' '), /every at\.hour is 5 later, modulo 24/)
})

test('--detectors says what scores; the first that can test a column decides for it', async () => {
  const names = 'two-proportions,g-test,cramer-von-mises,psi'
  const { out } = await inFolder('a.csv', 'shifted.csv', '--detectors', names, '--output', 'json')
  const features = featuresOf(out)
  assert.equal(features.get('age')?.primary.detector, 'g-test')
  assert.equal(features.get('country')?.primary.detector, 'two-proportions')
  const others = features.get('age')?.others.map(({ detector }) => detector) ?? []
  assert.ok(others.includes('cramer-von-mises') && others.includes('psi'), String(others))
  assert.ok(!others.includes('jensen-shannon'))
  const primaryBy = async (detector: string) => {
    const { out } = await inFolder('a.csv', 'same.csv', '--detectors', detector, '--output', 'json')
    return featuresOf(out).get('age')?.primary.detector
  }
  assert.equal(await primaryBy('psi'), 'psi')
  // What only describes leaves the usual test to decide.
  assert.equal(await primaryBy('unseen-categories'), 'combined')
})

test('a mistyped detector is told with its neighbour', async () => {
  const { status, err } = await inFolder('a.csv', 'same.csv', '--detectors', 'ks,chi-sqare')
  assert.equal(status, 2)
  assert.match(err, /error\[COMPARE_DETECTOR_UNKNOWN\][\s\S]*did you mean "chi-square"/)
})

test('a row detector among --detectors finds a relation that turned around, over rows drawn from long files', async () => {
  const pairs = (name: string, sign: number, seed: number) => {
    const next = mulberry32(seed)
    const lines = Array.from({ length: 6_000 }, () => {
      const x = next() - 0.5
      return `${x},${sign * x + (next() - 0.5) / 4}`
    })
    writeFileSync(join(folder, name), `x,y\n${lines.join('\n')}\n`)
  }
  pairs('along.csv', 1, 11)
  pairs('also.csv', 1, 12)
  pairs('against.csv', -1, 13)
  const compared = async (current: string, names: string) => {
    const json = await inFolder('along.csv', current, '--detectors', names, '--output', 'json')
    return reportSchema.parse(JSON.parse(json.out))
  }
  const turned = await compared('against.csv', 'mmd')
  assert.equal(turned.verdict, 'DRIFT', turned.headline)
  assert.ok(
    turned.features.every(
      ({ state, primary }) => state === 'ok' && primary.detector === 'combined',
    ),
  )
  assert.equal(turned.joint?.[0]?.state, 'drifted')
  assert.deepEqual(turned.joint?.[0]?.score?.n, { reference: 5_000, current: 5_000 })
  assert.equal(turned.evidence.detectors['mmd'], 1)
  assert.deepEqual(await compared('against.csv', 'mmd'), turned)
  const still = await compared('also.csv', 'mmd')
  assert.deepEqual([still.verdict, still.joint?.[0]?.state], ['NO_DRIFT', 'ok'])
})

function clusteredCsv(name: string, seed: number, users: number): void {
  const next = mulberry32(seed)
  const lines = Array.from({ length: users }, (_, user) => {
    const row = `${seed * 10_000 + user},${18 + 60 * next()},${next() < 0.7 ? 'DE' : 'FR'}`
    return [row, row, row].join('\n')
  })
  writeFileSync(join(folder, name), `user,age,country\n${lines.join('\n')}\n`)
}

test('--cluster counts the rows of one user as what they are worth, in table, JSON and page', async () => {
  clusteredCsv('users.csv', 1, 2_000)
  clusteredCsv('users-now.csv', 2, 700)
  const files = ['users.csv', 'users-now.csv', '--cluster', 'user'] as const
  const { status, out, err } = await inFolder(...files, '--html', 'users.html')
  assert.equal(status, 0, out + err)
  const finding =
    /design effect 3\.\d+: 2,100 rows in 700 clusters count as 6\d\d; in the reference 6,000 rows in 2,000 clusters count as 1,9\d\d/
  assert.match(out.replace(/\s+/g, ' '), finding)
  assert.match(readFileSync(join(folder, 'users.html'), 'utf8'), finding)
  const json = await inFolder(...files, '--output', 'json')
  const { features } = reportSchema.parse(JSON.parse(json.out))
  assert.deepEqual(features.map(({ feature }) => feature).sort(), ['age', 'country'])
  for (const { clustering, primary } of features) {
    assert.ok(clustering !== undefined && clustering.designEffect >= 3)
    assert.deepEqual(clustering.clusters, { reference: 2_000, current: 700 })
    assert.deepEqual(clustering.rows, { reference: 6_000, current: 2_100 })
    assert.equal(primary.n.current, Math.round(2_100 / clustering.designEffect))
  }
  const without = await inFolder('users.csv', 'users-now.csv', '--output', 'json')
  assert.equal(reportSchema.parse(JSON.parse(without.out)).features[0]?.clustering, undefined)
})

test('--cluster needs a column of both files and enough clusters', async () => {
  const wrong = await inFolder('users.csv', 'users-now.csv', '--cluster', 'usr')
  assert.match(wrong.err, /error\[COMPARE_COLUMN_UNKNOWN\][\s\S]*did you mean "user"/)
  const absent = await inFolder('users.csv', 'same.csv', '--cluster', 'user')
  assert.match(absent.err, /error\[COMPARE_COLUMN_UNKNOWN\]: .*"user" in same\.csv/)
  const few = await inFolder('a.csv', 'same.csv', '--cluster', 'country')
  assert.match(few.err, /error\[COMPARE_CLUSTERS_FEW\]: a\.csv has 2 clusters by country, 30/)
})

test('row detectors only describe clustered rows', async () => {
  const { out } = await inFolder(
    ...['users.csv', 'users-now.csv', '--cluster', 'user', '--output', 'json'],
    ...['--detectors', 'ks,chi-square,energy-rows'],
  )
  const { joint } = reportSchema.parse(JSON.parse(out))
  assert.deepEqual(
    joint?.map(({ decides }) => decides),
    [false],
  )
})
