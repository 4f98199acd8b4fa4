import assert from 'node:assert/strict'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { exitCodes } from '../../cli/exit-codes.ts'
import { commands } from '../../cli/index.ts'
import { errorTable } from '../../contracts/errors.ts'
import { matchesFile } from '../support/snapshot.ts'
import { runCli } from './run-cli.ts'

describe('driftgate', () => {
  it('prints the list of commands when nothing is asked', async () => {
    const { status, out, err } = await runCli([])
    assert.equal(status, 0)
    assert.equal(err, '')
    for (const { name, summary } of commands) {
      assert.ok(out.includes(name) && out.includes(summary.split(' ')[0]!), name)
    }
  })

  it('names the nearest command and says where help is', async () => {
    const { status, err } = await runCli(['staus'])
    assert.equal(status, 2)
    assert.equal(err, `error[USAGE]: unknown command 'staus'\n   = help: did you mean "status"?\n`)
  })

  it('names the nearest option', async () => {
    const { status, err } = await runCli(['scan', 'churn', '--ouput', 'json'])
    assert.equal(status, 2)
    assert.match(err, /unknown option '--ouput'\n {3}= help: did you mean "--output"\?/)
  })

  it('says what is missing, and on which page to look', async () => {
    const { status, err } = await runCli(['retrain', 'churn'])
    assert.equal(status, 2)
    assert.match(err, /'--reason <text>' not specified\n {3}= help: run "driftgate retrain --help"/)
  })

  it('has a page for every exit status', async () => {
    const { out } = await runCli(['help', 'exit-codes'])
    for (const { code, meaning } of Object.values(exitCodes)) {
      assert.match(out, new RegExp(`^ +${code}  ${meaning.slice(0, 20)}`, 'm'))
    }
  })

  it('explains every error code', async () => {
    for (const code of Object.keys(errorTable)) {
      const { status, out } = await runCli(['help', code])
      assert.equal(status, 0)
      assert.ok(out.startsWith(`${code}: `))
    }
  })

  it('knows no other help', async () => {
    const { status, err } = await runCli(['help', 'nothing'])
    assert.equal(status, 2)
    assert.match(err, /there is no help on "nothing"/)
  })

  it('answers errors as JSON when JSON is asked for', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'driftgate-cli-'))
    const { status, out, err } = await runCli(['check', '--output', 'json'], { folder })
    assert.equal(status, 2)
    assert.equal(out, '')
    assert.equal(JSON.parse(err).code, 'CONFIG_MISSING')
  })

  it('colours only for a terminal that wants colours', async () => {
    const sequence = String.fromCharCode(27)
    const plain = await runCli(['staus'])
    const coloured = await runCli(['staus'], { terminal: true })
    const refused = await runCli(['staus'], { terminal: true, environment: { NO_COLOR: '1' } })
    const flag = await runCli(['status', '--no-color', 'x', 'y'], { terminal: true })
    assert.deepEqual(
      [plain, coloured, refused, flag].map(({ err }) => err.includes(sequence)),
      [false, true, false, false],
    )
  })
})

describe('every command', () => {
  for (const command of commands) {
    it(`${command.name} has a page with two full examples`, async () => {
      const { status, out } = await runCli([command.name, '--help'])
      assert.equal(status, 0)
      assert.ok(command.examples.length >= 2)
      for (const example of command.examples) {
        assert.ok(out.includes(example), example)
        assert.ok(example.startsWith(`driftgate ${command.name}`), example)
        assert.doesNotMatch(example, / -[a-z]\b/, 'long flags only')
      }
      assert.ok(out.includes('--output <format>'))
      for (const line of out.split('\n'))
        assert.ok(line.length <= 80 || line.includes('driftgate '), line)
    })
  }

  it('is listed once', () => {
    const names = commands.map(({ name }) => name)
    assert.equal(new Set(names).size, names.length)
  })
})

describe('a configuration that is wrong', () => {
  it('is shown with every problem at its place, and nothing is reached', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'driftgate-cli-'))
    writeFileSync(
      join(folder, 'driftgate.yaml'),
      [
        "kafka: { brokers: ['127.0.0.1:9092'] }",
        'postgres: { url: "postgres://me:hunter2@127.0.0.1/x", passwort: hunter2 }',
        'temporal: { address: 127.0.0.1 }',
        'cluster:',
        '  kind: spark',
        '  rest: http://127.0.0.1:6066',
        '  web: http://127.0.0.1:8080',
        '  master: spark://127.0.0.1:7077',
        '  job: { script: training/job.py, python: python3 }',
        'registry: { kind: mlflow, url: http://127.0.0.1:5000 }',
        'objects: { folder: objects }',
        'gateway: { url: http://127.0.0.1:1, issuer: http://127.0.0.1:1 }',
        'models:',
        '  churn:',
        '    log: { topic: churn }',
        '    features: { tenure: { type: numeric, detector: kss } }',
        '    window: { length: 25h, bucket: 1d, anchor: "2026-01-01T00:00:00Z" }',
        '    retraining: { policy: automatic }',
        '    serving: { url: http://127.0.0.1:1 }',
      ].join('\n'),
    )
    const { status, out, err } = await runCli(['check'], { folder })
    assert.equal(status, 2)
    assert.equal(out, '')
    assert.ok(!err.includes('hunter2'))
    matchesFile(err, new URL('./snapshots/config-invalid.txt', import.meta.url))
  })
})
