import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { alarmsIn, streamingDetectors } from '../../detectors/streaming/index.ts'
import { mulberry32 } from '../support/mulberry32.ts'
import { runCli } from './run-cli.ts'

const folder = mkdtempSync(join(tmpdir(), 'driftgate-replay-'))
after(() => rmSync(folder, { recursive: true }))

const next = mulberry32(4)
const errors = Array.from({ length: 3_000 }, (_, i) => (next() < (i < 1_500 ? 0.1 : 0.3) ? 1 : 0))
const quiet = Array.from({ length: 500 }, () => (next() < 0.1 ? 1 : 0))
const csv = (name: string, rows: readonly (string | number)[]) =>
  writeFileSync(join(folder, name), `id,error\n${rows.map((x, i) => `${i},${x}`).join('\n')}\n`)
csv('errors.csv', errors)
csv('quiet.csv', quiet)
csv(
  'gaps.csv',
  errors.flatMap((x, i) => (i % 100 === 0 ? ['', x] : [x])),
)
csv('words.csv', ['yes', 'no'])
writeFileSync(
  join(folder, 'errors.jsonl'),
  errors.map((x, i) => JSON.stringify({ id: i, error: x === 1 })).join('\n'),
)

const inFolder = (...words: string[]) => runCli(['replay', ...words], { folder })
const json = async (...words: string[]) =>
  JSON.parse((await inFolder(...words, '--output', 'json')).out)

test('it shows where the detector alarms, and ends with 10', async () => {
  const { status, out } = await inFolder('errors.csv', '--column', 'error', '--detector', 'adwin')
  const { adwin } = streamingDetectors
  const [first] = alarmsIn(adwin, adwin.start(), errors)
  assert.equal(status, 10)
  assert.match(out, /^▲ drifted {2}one alarm of Adaptive windowing \(adwin\) over error of errors/)
  assert.match(out, new RegExp(`\n${(first! + 1).toLocaleString('en')} `))
  assert.match(out, /\n +▲\n/)
})

test('it ends with 0 where nothing alarms', async () => {
  const { status, out } = await inFolder('quiet.csv', '--column', 'error', '--detector', 'adwin')
  assert.equal(status, 0)
  assert.match(out, /no alarm of Adaptive windowing/)
  assert.doesNotMatch(out, /values since/)
})

test('rows without a value are left out and counted, and the rows told are those of the file', async () => {
  const words = ['--column', 'error', '--detector', 'ddm']
  const [whole, gaps] = [await json('errors.csv', ...words), await json('gaps.csv', ...words)]
  assert.equal(gaps.leftOut, 30)
  assert.equal(gaps.alarms.length, whole.alarms.length)
  for (const [i, { row, after: since }] of gaps.alarms.entries()) {
    const before = whole.alarms[i].row
    assert.equal(row, before + Math.floor((before - 1) / 100) + 1)
    assert.equal(since, whole.alarms[i].after)
  }
})

test('true and false of JSON lines are the errors of CSV', async () => {
  const words = ['--column', 'error', '--detector', 'hddm-a', '--set', 'twoSided=true']
  const [lines, table] = [await json('errors.jsonl', ...words), await json('errors.csv', ...words)]
  assert.ok(table.alarms.length > 0)
  assert.deepEqual({ ...lines, file: '' }, { ...table, file: '' })
})

test('it says how often the detector alarms without a change, where that was asked for', async () => {
  const words = ['errors.csv', '--column', 'error', '--detector', 'cusum']
  const asked = ['--false-alarm-every', '2000', '--rate', '0.1', '--estimated-from', '5000']
  const { falseAlarms } = await json(...words, ...asked)
  assert.equal(falseAlarms.estimatedFrom, 5_000)
  assert.ok(falseAlarms.achieved > 2_000)
  assert.match(
    (await inFolder(...words, ...asked)).out,
    /without a change one alarm in [\d,]+ values/,
  )
  assert.match((await inFolder(...words)).out, /is not known/)
})

for (const [what, code, words] of [
  ['a detector that does not exist', 'STREAM_DETECTOR_UNKNOWN', ['--detector', 'adwn']],
  ['a column that does not exist', 'COMPARE_COLUMN_UNKNOWN', ['--column', 'eror']],
  ['an option that it does not have', 'DETECTOR_INPUT_INVALID', ['--set', 'beta=1']],
  ['a rate without false alarms to keep to', 'USAGE', ['--rate', '0.1']],
  ['false alarms that nobody can know', 'USAGE', ['--false-alarm-every', '1000']],
  ['values that are no errors', 'STREAM_VALUE_INVALID', ['--detector', 'ddm', '--column', 'id']],
] as const) {
  test(`it refuses ${what} with a code`, async () => {
    const given = { '--column': 'error', '--detector': 'adwin' }
    const all = [...words]
    for (const [flag, value] of Object.entries(given)) {
      if (!(all as string[]).includes(flag)) all.push(flag as never, value as never)
    }
    const { status, err } = await inFolder('errors.csv', ...all)
    assert.equal(status, 2)
    assert.match(err, new RegExp(`error\\[${code}\\]`))
  })
}

test('a column without any number is no stream', async () => {
  const { status, err } = await inFolder('words.csv', '--column', 'error', '--detector', 'adwin')
  assert.equal(status, 1)
  assert.match(err, /error\[FILE_UNREADABLE\].*error holds no number in 2 rows/)
})
