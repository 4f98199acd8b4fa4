import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { Binning } from '../../contracts/binning.ts'
import { canonicalJson } from '../../contracts/canonical-json.ts'
import type { FeatureSettings, SegmentSettings } from '../../contracts/config.ts'
import { featureColumns } from '../../contracts/derived-feature.ts'
import type { RawValue } from '../../contracts/prediction.ts'
import {
  addRow,
  buildBinning,
  createProfile,
  encodeProfile,
  type Profile,
  rowDeriver,
  segmenter,
} from '../../profiles/index.ts'
import { mulberry32 } from '../support/mulberry32.ts'
import { servers } from '../support/servers.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const script = fileURLToPath(new URL('bytes.py', import.meta.url))
type Rows = readonly (readonly RawValue[])[]

interface Found {
  readonly binning: string
  readonly profile: string
  readonly segments: Readonly<Record<string, string>>
}

function python(task: object): Found {
  const text = execFileSync(servers().python, ['-B', script], {
    input: JSON.stringify(task),
    env: { ...process.env, PYTHONPATH: root },
    maxBuffer: 64 << 20,
  })
  return JSON.parse(String(text))
}

interface Also {
  readonly given?: Binning
  readonly segments?: readonly SegmentSettings[]
  readonly times?: readonly number[]
}

/** Both languages on the same rows: the binning text and the profile bytes, of all rows and of each segment. */
function compare(features: Record<string, FeatureSettings>, rows: Rows, also: Also = {}): void {
  const { given, segments = [], times = [] } = also
  const binning = given ?? buildBinning('bytes', '1', features, rows, { segments, times })
  const profile = createProfile(binning)
  const apart = new Map<string, Profile>()
  const derive = rowDeriver(features)
  const segmentsOf = segmenter(binning)
  for (const [index, row] of rows.entries()) {
    const values = derive(row, times[index])
    addRow(profile, values)
    for (const name of segmentsOf(values)) {
      if (!apart.has(name)) apart.set(name, createProfile(binning))
      addRow(apart.get(name)!, values)
    }
  }
  const columns = featureColumns(features)
  const places = Object.keys(features)
  const placed = rows.map((row) => [
    ...columns.map(({ name, from }) => row[places.indexOf(from?.feature ?? name)]),
    row.at(-1),
  ])
  const parts = 3
  const found = python({
    features: columns,
    rows: placed,
    binning: given ?? null,
    segments,
    times,
    parts,
  })
  assert.equal(found.binning, canonicalJson(binning))
  assert.equal(found.profile, text(profile))
  const expected = [...apart].map(([name, each]) => [name, text(each)] as const)
  assert.deepEqual(found.segments, Object.fromEntries(expected))
}

const text = (profile: Profile) => Buffer.from(encodeProfile(profile)).toString('base64')

/** What is hard to print or to sum: halves, powers of two, the ends of the doubles. */
const hardNumbers = [
  0,
  -0,
  0.5,
  -0.5,
  1.5,
  2.5,
  1e-7,
  1e-6,
  123456789.125,
  1e20,
  1e21,
  123456789012345680000,
  5e-324,
  2.2250738585072014e-308,
  1.7976931348623157e308,
  -1.7976931348623157e308,
  0.1,
  1 / 3,
  2 ** 32,
  2 ** 32 + 1,
  2 ** 53,
  -(2 ** 53),
  4.35,
  1e300,
  1e-300,
]
const hardTexts = [
  '',
  ' ',
  'a',
  'é',
  'e\u0301',
  '€ 20K',
  '東京',
  '😀',
  '\u{10ffff}',
  '\uffff',
  '"',
  '\\',
  '\u0000',
  '\u2028',
  '\u007f',
  'x'.repeat(300),
  '€'.repeat(100),
  `${'a'.repeat(254)}😀`,
  'false',
  'NaN',
  '__proto__',
  '\ud800',
]

test('numbers that are hard to print, to bin and to sum', () => {
  const random = mulberry32(1)
  const spelled = ['NaN', 'Infinity', '-Infinity', null, true, false]
  const rows = Array.from({ length: 3_000 }, (_, index) => [
    hardNumbers[index % hardNumbers.length]! * (index % 3 === 0 ? 1 : random()),
    index % 7 === 0 ? spelled[index % spelled.length] : Math.round(random() * 40) / 4,
    random() < 0.4 ? 42 : random() * 100 - 50,
    10 ** (random() * 20 - 10),
    random(),
  ])
  const numeric = { type: 'numeric' } as const
  compare({ hard: numeric, few: numeric, mass: { ...numeric, cycle: 24 }, wide: numeric }, rows)
})

test('only huge or only tiny numbers, and no number at all', () => {
  const numeric = { type: 'numeric' } as const
  const features = { huge: numeric, tiny: numeric, none: numeric, zero: numeric }
  const rows = Array.from({ length: 120 }, (_, index) => [
    1.7e308 - index * 1e306,
    (index + 1) * 5e-324,
    index % 2 === 0 ? null : 'NaN',
    -0,
    index / 120,
  ])
  compare(features, rows)
})

test('categories in many scripts, cut at 256 bytes, spelled as ECMAScript does', () => {
  const values = [...hardTexts, ...hardNumbers, true, false, null]
  const rows = Array.from({ length: 800 }, (_, index) => [
    values[index % values.length],
    [true, false, 'true', 'maybe', null][index % 5],
    (index % 100) / 100,
  ])
  compare({ text: { type: 'categorical' }, answer: { type: 'boolean' } }, rows)
})

test('more categories than a binning keeps, and more unseen ones than a profile keeps', () => {
  const random = mulberry32(2)
  const many = Array.from({ length: 6_000 }, () => [
    `c${Math.floor(random() ** 2 * 2_500)}`,
    random(),
  ])
  const features = { many: { type: 'categorical' } as const }
  compare(features, many)
  const known = buildBinning('bytes', '1', features, many.slice(0, 50))
  compare(features, many, { given: known })
})

test('rows that lie outside an inherited binning', () => {
  const features = { amount: { type: 'numeric' } as const }
  const random = mulberry32(3)
  const before = Array.from({ length: 20_000 }, () => [random() * 10, random()])
  const inherited = buildBinning('bytes', '1', features, before)
  const after = before.map(([amount, score], index) => [
    index % 10 === 0 ? (amount as number) * 1e6 - 5 : amount,
    score,
  ])
  compare(features, before)
  compare(features, after, { given: inherited })
})

test('what is derived of timestamps, texts and embeddings, in several zones', () => {
  const random = mulberry32(4)
  const spread = (low: string, high: string) =>
    Date.parse(low) + Math.floor(random() * (Date.parse(high) - Date.parse(low)))
  const times: number[] = []
  const rows = Array.from({ length: 3_000 }, (_, index) => {
    const time = spread('2020-01-01T00:00:00Z', '2027-01-01T00:00:00Z')
    times.push(spread('2020-01-01T00:00:00Z', '2027-01-01T00:00:00Z'))
    const old = spread('1900-01-01T00:00:00Z', '2100-01-01T00:00:00Z')
    return [
      index % 50 === 0 ? null : new Date(time).toISOString(),
      index % 2 === 0 ? old + 0.5 : `${new Date(old).toISOString().slice(0, 19)}.1239+05:30`,
      hardTexts[index % hardTexts.length],
      Array.from({ length: 5 }, () => (random() - 0.5) * 10 ** (random() * 8 - 4)),
      Array.from({ length: 40 }, () => hardNumbers[Math.floor(random() * hardNumbers.length)]!),
      random(),
    ]
  })
  compare(
    {
      when: { type: 'timestamp', zone: 'Europe/Berlin' },
      old: { type: 'timestamp', zone: 'Asia/Kathmandu' },
      note: { type: 'text' },
      few: { type: 'embedding', width: 5 },
      many: { type: 'embedding', width: 40, projections: 7 },
    },
    rows,
    { times },
  )
})

test('segments of frequent categories and of declared groups', () => {
  const random = mulberry32(5)
  const rows = Array.from({ length: 4_000 }, (_, index) => [
    index % 40 === 0 ? null : `c${Math.floor(random() ** 3 * 200)}`,
    random() < 0.1 ? null : random() < 0.5,
    random(),
  ])
  const features = { code: { type: 'categorical' }, repeat: { type: 'boolean' } } as const
  const groups = { low: ['c0', 'c1', 'c2'], some: ['c7', 'c9'] }
  compare(features, rows, { segments: ['code', 'repeat'] })
  compare(features, rows, { segments: [{ feature: 'code', groups }] })
})
