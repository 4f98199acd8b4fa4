import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { backtestResult } from '../../contracts/backtest.ts'
import { configurationOfM } from '../support/configuration-of-m.ts'
import { mulberry32 } from '../support/mulberry32.ts'
import { type LoggedHalf, pairsOf } from '../support/pair-log.ts'
import { runCli } from './run-cli.ts'

const folder = mkdtempSync(join(tmpdir(), 'driftgate-file-pairs-'))
after(() => rmSync(folder, { recursive: true }))

const write = (name: string, records: readonly object[]) =>
  writeFileSync(join(folder, name), records.map((record) => JSON.stringify(record)).join('\n'))
const halves: readonly LoggedHalf[] = Array.from({ length: 12 }, (_, i) =>
  pairsOf(i, 300, { shift: i >= 10 ? 1 : 0 }),
).flat()
const parsed = halves.map(({ value }) => JSON.parse(value))
const responses = new Map(
  parsed.filter(({ score }) => score !== undefined).map(({ id, score }) => [id, score]),
)
const whole = parsed
  .filter(({ features }) => features !== undefined)
  .map((request) => ({ ...request, score: responses.get(request.id) }))

async function replayed(config: string, log: string, ...words: string[]) {
  const { status, out, err } = await runCli(
    ['backtest', 'm', '--config', config, '--log', log, ...words, '--output', 'json'],
    { folder },
  )
  if (![0, 10, 12].includes(status)) return err
  return backtestResult.parse(JSON.parse(out)).configurations[0]!.windows
}

let wanted: Awaited<ReturnType<typeof replayed>>
before(async () => {
  writeFileSync(join(folder, 'whole.yaml'), configurationOfM(''))
  writeFileSync(join(folder, 'pairs.yaml'), configurationOfM(', kind: pair, join: { delay: 5m }'))
  write('whole.jsonl', whole)
  write('halves.jsonl', parsed)
  wanted = await replayed('whole.yaml', 'whole.jsonl')
  assert.equal(typeof wanted, 'object')
})

test('requests and responses of a file are joined to the rows that they are halves of', async () => {
  assert.deepEqual(await replayed('pairs.yaml', 'halves.jsonl'), wanted)
  assert.deepEqual(await replayed('pairs.yaml', 'whole.jsonl'), wanted, 'joined by somebody before')
})

test('halves that come more than once, in any order, change nothing', async () => {
  const next = mulberry32(4)
  const order = parsed
    .flatMap((half) => (next() < 0.1 ? [half, half] : [half]))
    .map((half) => ({ half, at: next() }))
    .sort((left, right) => left.at - right.at)
    .map(({ half }) => half)
  write('shuffled.jsonl', [...order, { ...parsed[0], model: 'another' }])
  assert.deepEqual(await replayed('pairs.yaml', 'shuffled.jsonl'), wanted)
})

test('a window whose responses are missing is incomplete, and its neighbours are as before', async () => {
  const missing = parsed.filter(({ id, score }) => score === undefined || !/^d9-\d*[0-4]$/.test(id))
  write('missing.jsonl', missing)
  const windows = await replayed('pairs.yaml', 'missing.jsonl')
  assert.ok(Array.isArray(windows) && Array.isArray(wanted), String(windows))
  assert.deepEqual(
    windows.map(({ verdict }) => verdict),
    wanted.map(({ verdict }, i) => (i === 1 ? 'INCOMPLETE_WINDOW' : verdict)),
  )
  assert.match(windows[1]?.headline ?? '', /requests/)
})

test('events of a model server are joined row by row', async () => {
  const events = parsed.map(({ id, time, features, score }) => ({
    ...{ specversion: '1.0', id, time, source: 'http://m', inferenceservicename: 'm' },
    ...(features === undefined
      ? { type: 'org.kubeflow.serving.inference.response', data: { predictions: [score] } }
      : { type: 'org.kubeflow.serving.inference.request', data: { instances: [features] } }),
  }))
  write('events.jsonl', events)
  const text = configurationOfM(", format: kserve, kind: pair, paths: { score: '' }")
  writeFileSync(join(folder, 'events.yaml'), text)
  const windows = await replayed('events.yaml', 'events.jsonl')
  assert.deepEqual(windows, wanted)
})
