import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { backtestResult } from '../../contracts/backtest.ts'
import { day } from '../support/scan-world.ts'
import { runCli } from './run-cli.ts'

const folder = mkdtempSync(join(tmpdir(), 'driftgate-backtest-'))
after(() => rmSync(folder, { recursive: true }))

const configuration = (detection: string, more = '') => {
  const example = readFileSync(new URL('../../examples/driftgate.yaml', import.meta.url), 'utf8')
  return `${example.slice(0, example.indexOf('\nmodels:') + 1)}models:
  m:
    log: { topic: t }
    labels: { topic: l }
    features: { amount: { type: numeric }, plan: { type: categorical } }
    window: { length: 1d, bucket: 1h, anchor: '2001-01-01T00:00:00Z', lateness: 1h }
    detection: ${detection}
    retraining: { policy: automatic, minimumLabels: 10, cooldown: 10d }
    serving: { url: 'http://127.0.0.1:1' }
${more}`
}

before(() => {
  const days = Array.from({ length: 36 }, (_, i) => day(i, 300, { shift: i >= 24 ? 1 : 0 }))
  const lines = days.flat().map(({ value }) => value)
  writeFileSync(join(folder, 'log.jsonl'), lines.join('\n'))
  writeFileSync(join(folder, 'a.yaml'), configuration('{ minimumRows: 200 }'))
  // Ten times the smallest effect: what is there is never enough.
  const blind = configuration('{ minimumRows: 200 }').replace(
    'amount: { type: numeric }',
    'amount: { type: numeric, minimumEffect: 3 }',
  )
  writeFileSync(join(folder, 'blind.yaml'), blind)
})

const run = (...words: string[]) =>
  runCli(['backtest', 'm', '--config', 'a.yaml', '--log', 'log.jsonl', ...words], {
    ...{ folder, columns: 100 },
  })

test('a log file is replayed without a server: the change is seen in its first window, nothing before', async () => {
  const { status, out, err } = await run(
    ...['--reference-windows', '8', '--change', '2001-01-25=prices', '--output', 'json'],
  )
  assert.equal(status, 10, err)
  const { configurations, window } = backtestResult.parse(JSON.parse(out))
  assert.deepEqual(window, { start: '2001-01-09T00:00:00.000Z', end: '2001-02-06T00:00:00.000Z' })
  const [one] = configurations
  assert.equal(one?.windows.length, 28)
  assert.deepEqual(one?.falseAlarms, { incidents: 0, windows: 0, judged: 16, days: 16 })
  const seen = one?.changes[0]?.seen
  assert.deepEqual([seen?.verdict, seen?.windows, seen?.hours], ['DRIFT', 1, 25])
  // The rows since the change become the reference: it is quiet again.
  assert.equal(one?.retrainings.length, 1)
  assert.deepEqual(
    one?.incidents.map(({ state }) => state),
    ['resolved'],
  )
  assert.ok(one?.windows.slice(-10).every(({ verdict }) => verdict === 'NO_DRIFT'))
})

test('two configurations side by side: one that is blind says so, on the terminal and on a page', async () => {
  const { status, out, err } = await run(
    ...['--compare', 'blind.yaml', '--change', '2001-01-25=prices', '--html', 'page.html'],
  )
  assert.equal(status, 10, err)
  assert.match(out, /prices +seen after 1 window \(25 h\) +not seen/)
  assert.match(out, /▄██▄/)
  const page = readFileSync(join(folder, 'page.html'), 'utf8')
  assert.match(page, /<h2>blind.yaml: prices not seen, 0 false alarms before, 0 retrainings<\/h2>/)
  assert.equal(page.match(/<svg/g)?.length, 2)
  assert.doesNotMatch(page, /<script|src=|NaN/)
})

test('a file in the format of the log is read as the log is: events with instances', async () => {
  const events = readFileSync(join(folder, 'log.jsonl'), 'utf8').split('\n')
  const written = events.map((line) => {
    const { id, time, features } = JSON.parse(line)
    return JSON.stringify({
      ...{ specversion: '1.0', type: 'org.kubeflow.serving.inference.request', id, time },
      ...{ source: 'http://m', inferenceservicename: 'm', data: { instances: [features] } },
    })
  })
  written.splice(4_000, 0, '{"specversion":"1.0","type":"org.kubeflow.serving.inference.request"}')
  writeFileSync(join(folder, 'events.jsonl'), written.join('\n'))
  const text = configuration('{ minimumRows: 200 }')
    .replace('log: { topic: t }', 'log: { topic: t, format: kserve, kind: request }')
    .replace('    labels: { topic: l }\n', '')
    .replace(/retraining: .*/, 'retraining: { policy: never }')
  writeFileSync(join(folder, 'events.yaml'), text)
  const asked = ['--change', '2001-01-25=prices', '--output', 'json']
  const { status, out, err } = await runCli(
    ['backtest', 'm', '--config', 'events.yaml', '--log', 'events.jsonl', ...asked],
    { folder },
  )
  assert.equal(status, 10, err)
  const [one] = backtestResult.parse(JSON.parse(out)).configurations
  assert.deepEqual(
    one?.windows.map(({ rows }) => rows),
    Array(28).fill(300),
  )
  assert.equal(one?.changes[0]?.seen?.windows, 1)
  const pairs = text.replace('kind: request', 'kind: pair')
  writeFileSync(join(folder, 'pairs.yaml'), pairs)
  const refused = await runCli(
    ['backtest', 'm', '--config', 'pairs.yaml', '--log', 'events.jsonl'],
    { folder },
  )
  assert.match(refused.err, /error\[FILE_UNREADABLE\].*no request in it has its response/s)
})

test('what is asked for wrongly is told with what to do', async () => {
  const cases: [string[], RegExp][] = [
    [['--change', 'yesterday'], /error\[USAGE\].*--change yesterday is no time/s],
    [['--reference-windows', '0'], /error\[USAGE\].*no number of windows/s],
    [['--reference-windows', '90'], /error\[(BACKTEST_NO_WINDOWS)\]/],
    [['--from', '2011-01-01'], /error\[BACKTEST_NO_WINDOWS\].*no row of log.jsonl has a time/s],
    [['--from', '2001-02-01', '--to', '2001-01-01'], /error\[USAGE\].*--from lies after --to/s],
    [['--compare', 'none.yaml'], /error\[CONFIG_MISSING\]/],
  ]
  for (const [words, expected] of cases) assert.match((await run(...words)).err, expected)
})
