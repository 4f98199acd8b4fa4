import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { readRows } from '../../../adapters/files/read-rows.ts'
import { readTable, shapeOfTable } from '../../../adapters/files/read-table.ts'
import { type Cell, numberOf } from '../../../adapters/files/table.ts'
import { DriftgateError } from '../../../contracts/errors.ts'

const folder = mkdtempSync(join(tmpdir(), 'driftgate-files-'))
after(() => rmSync(folder, { recursive: true }))

const write = (name: string, content: string | Uint8Array) => {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

async function rowsOf(path: string): Promise<Record<string, Cell>[]> {
  const rows: Record<string, Cell>[] = []
  await readRows(path, (names, cells) => {
    rows.push(Object.fromEntries(names.map((name, i) => [name, cells[i]])))
  })
  return rows
}

const refusal = async (work: Promise<unknown>): Promise<DriftgateError> => {
  const thrown = await work.then(
    () => null,
    (error: unknown) => error,
  )
  assert.ok(thrown instanceof DriftgateError, `a coded error was thrown: ${thrown}`)
  return thrown
}

const wanted = [
  { name: 'plain', note: 'a, "b"' },
  { name: 'two\nlines', note: '' },
  { name: 'é', note: 'end' },
]

for (const [title, text] of [
  ['comma', 'name,note\nplain,"a, ""b"""\n"two\nlines",\né,end\n'],
  ['semicolon', 'name;note\nplain;"a, ""b"""\n"two\nlines";""\né;end'],
  ['tab', 'name\tnote\nplain\t"a, ""b"""\n"two\nlines"\t\né\t"end"'],
  ['CRLF and byte order mark', '\uFEFFname,note\r\nplain,"a, ""b"""\r\n"two\nlines",\r\né,end\r\n'],
] as const) {
  test(`CSV with ${title} gives the same rows`, async () => {
    assert.deepEqual(await rowsOf(write('a.csv', text)), wanted)
  })
}

test('a compressed CSV file gives the same rows', async () => {
  const path = write('a.csv.gz', gzipSync('name,note\nplain,x\n'))
  assert.deepEqual(await rowsOf(path), [{ name: 'plain', note: 'x' }])
})

test('a broken compressed file is unreadable', async () => {
  const whole = gzipSync('name,note\nplain,x\n')
  const error = await refusal(rowsOf(write('cut.csv.gz', whole.subarray(0, whole.length - 9))))
  assert.equal(error.code, 'FILE_UNREADABLE')
})

test('records that straddle the pieces of a large CSV file are whole', async () => {
  const text = `n,text\n${Array.from({ length: 120_000 }, (_, i) => `${i},"é ""${i}"",\n"`).join('\n')}\n`
  assert.ok(Buffer.byteLength(text) > 2_200_000, 'it takes more than two pieces')
  let rows = 0
  await readRows(write('large.csv', text), (_, cells) => {
    assert.equal(cells[0], String(rows))
    assert.equal(cells[1], `é "${rows}",\n`)
    rows++
  })
  assert.equal(rows, 120_000)
})

for (const [title, name, text, line] of [
  ['a row that is too short', 'short.csv', 'a,b\n1,2\n\n"x\ny",2\n3\n', ', line 6,'],
  ['a quote that is never closed', 'open.csv', 'a,b\n1,2\n"3,4\n5,6\n', ', line 3,'],
  ['text after a closing quote', 'after.csv', 'a,b\n1,2\n"3"x,4\n', ', line 3,'],
  ['a name that comes twice', 'twice.csv', 'a,a\n1,2\n', ', line 1,'],
  ['nothing at all', 'empty.csv', '', ', line 1,'],
  ['a line that is no JSON', 'x.jsonl', '{"a":1}\n{"a":\n', ', line 2,'],
  ['a line that is no object', 'y.ndjson', '{"a":1}\n[1]\n', ', line 2,'],
] as const) {
  test(`${title} is refused with its line`, async () => {
    const error = await refusal(rowsOf(write(name, text)))
    assert.equal(error.code, 'FILE_UNREADABLE')
    assert.equal(error.details['place'], line)
  })
}

test('bytes that are not UTF-8 are refused', async () => {
  const error = await refusal(rowsOf(write('latin.csv', Buffer.from('a\n\xe9\n', 'latin1'))))
  assert.equal(error.code, 'FILE_UNREADABLE')
  assert.match(error.message, /not UTF-8/)
})

test('a file that is not there and a name that says nothing have codes of their own', async () => {
  assert.equal((await refusal(rowsOf(join(folder, 'none.csv')))).code, 'FILE_NOT_FOUND')
  assert.equal((await refusal(rowsOf(write('a.xlsx', 'x')))).code, 'FILE_FORMAT_UNKNOWN')
})

test('JSON lines keep types, open objects, pass over lists, and take columns that come late', async () => {
  const path = write('a.jsonl', '{"a":1,"in":{"b":"x"},"list":[1]}\n\n{"late":true,"a":null}')
  assert.deepEqual(await rowsOf(path), [
    { a: 1, 'in.b': 'x' },
    { a: null, 'in.b': undefined, late: true },
  ])
})

test('a file that is no Parquet is refused', async () => {
  const error = await refusal(rowsOf(write('a.parquet', 'this is no such file at all')))
  assert.equal(error.code, 'FILE_UNREADABLE')
})

test('a column is numeric when each of its values is a number, and true and false are categories', async () => {
  const path = write(
    'kinds.csv',
    'n,mixed,flag,none\n1.5,1,true,\n,x,false,\nNA,2,true,\n-2e3,3,true,\n',
  )
  const { rows, kinds } = await shapeOfTable(path)
  assert.equal(rows, 4)
  assert.deepEqual(Object.fromEntries(kinds), {
    n: 'numeric',
    mixed: 'categorical',
    flag: 'categorical',
    none: 'categorical',
  })
  const { columns } = await readTable(path, kinds)
  const n = columns.get('n')
  assert.ok(n?.kind === 'numeric')
  assert.deepEqual([...n.values], [1.5, Number.NaN, Number.NaN, -2000])
  assert.deepEqual(n.broken, { rows: 0, example: null })
  const flag = columns.get('flag')
  assert.ok(flag?.kind === 'categorical')
  assert.deepEqual(flag.categories, ['true', 'false'])
  assert.deepEqual([...flag.codes], [0, 1, 0, 0])
})

test('a value that is no number in a numeric column is missing and counted', async () => {
  const path = write('broken.csv', 'n\n1\nthree\n0x1f\n4\n')
  const { columns } = await readTable(path, new Map([['n', 'numeric']]))
  const n = columns.get('n')
  assert.ok(n?.kind === 'numeric')
  assert.deepEqual([...n.values], [1, Number.NaN, Number.NaN, 4])
  assert.deepEqual(n.broken, { rows: 2, example: 'three' })
})

test('a column that begins late has missing values before', async () => {
  const path = write('late.jsonl', `${'{"a":1}\n'.repeat(2000)}{"a":2,"late":"x"}\n{"late":7}\n`)
  const table = await readTable(path, new Map([['late', 'categorical']]))
  const late = table.columns.get('late')
  assert.ok(late?.kind === 'categorical')
  assert.equal(table.rows, 2002)
  assert.equal(late.codes.filter((code) => code === -1).length, 2000)
  assert.deepEqual([...late.codes.slice(-2)], [0, 1])
  assert.deepEqual(late.categories, ['x', '7'])
})

test('what a number is: decimal text, words for none, and neither true nor hexadecimal', () => {
  for (const [cell, value] of [
    ['12', 12],
    [' -1.5e-3 ', -0.0015],
    ['.5', 0.5],
    ['inf', Number.POSITIVE_INFINITY],
    ['-Infinity', Number.NEGATIVE_INFINITY],
    ['NaN', Number.NaN],
    ['null', Number.NaN],
    ['  ', Number.NaN],
    ['', Number.NaN],
    [null, Number.NaN],
    [true, undefined],
    ['0x10', undefined],
    ['1,5', undefined],
    ['12 km', undefined],
  ] as const) {
    assert.ok(Object.is(numberOf(cell), value), `${JSON.stringify(cell)} is ${value}`)
  }
})

test('a column of dates is one of instants, and one of postal codes or mixed values is one of categories', async () => {
  const path = join(folder, 'kinds.csv')
  const rows = [
    ['2025-01-06 08:30:00', '2025-01-06', '01067', '1', '2025-01-06'],
    ['2025-01-06T08:30:00+02:00', '', '80331', '2', 'soon'],
    ['NA', '2025-02-28', '20095', '0.5', '2025-01-07'],
  ]
  writeFileSync(path, ['at,day,postcode,size,mixed', ...rows.map((row) => row.join())].join('\n'))
  const { kinds } = await shapeOfTable(path)
  assert.deepEqual(Object.fromEntries(kinds), {
    at: 'timestamp',
    day: 'timestamp',
    postcode: 'categorical',
    size: 'numeric',
    mixed: 'categorical',
  })
  const { columns } = await readTable(path, kinds)
  const at = columns.get('at')
  assert.ok(at?.kind === 'timestamp')
  assert.deepEqual(
    [...at.values],
    [Date.UTC(2025, 0, 6, 8, 30), Date.UTC(2025, 0, 6, 6, 30), Number.NaN],
  )
})
