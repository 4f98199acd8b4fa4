import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { runCli } from './run-cli.ts'

const example = readFileSync(new URL('../../examples/driftgate.yaml', import.meta.url), 'utf8')

function folderWith(storage: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'driftgate-check-'))
  writeFileSync(join(folder, 'driftgate.yaml'), `${example}\n${storage}`)
  return folder
}

test('check tells what each model adds to the database in a month', async () => {
  const { status, out } = await runCli(['check', '--offline', '--output', 'json'], {
    folder: folderWith(''),
  })
  assert.equal(status, 0)
  const { storage } = JSON.parse(out)
  assert.equal(storage.maximum, 50e9)
  assert.deepEqual(storage.models.map(({ model }: { model: string }) => model).toSorted(), [
    'car-loan',
    'flight-delay',
  ])
  for (const {
    counts,
    samples,
    verdicts,
    predictions,
    labels,
    repetitions,
    halves,
    total,
  } of storage.models) {
    assert.equal(halves, 0, 'none reads requests and responses apart')
    assert.ok(predictions > 0 && labels > 0, 'both have labels')
    assert.equal(repetitions, 0, 'none removes repetitions')
    assert.equal(total, counts + samples + verdicts + predictions + labels)
  }
})

test('check refuses more than storage.maximum, and names the model that adds most', async () => {
  const folder = folderWith('storage:\n  maximum: 2MB\n')
  const { status, out, err } = await runCli(['check', '--offline'], { folder })
  assert.equal(status, 2)
  assert.match(out, /^model +features/m)
  assert.match(err, /error\[STORAGE_TOO_LARGE\].*most of it car-loan/)
  assert.match(err, /lengthen window\.bucket/)
})

test('a size that is none is a problem at its place', async () => {
  const { status, err } = await runCli(['check', '--offline'], {
    folder: folderWith('storage:\n  maximum: 50 apples\n'),
  })
  assert.equal(status, 2)
  assert.match(err, /expected a size such as 500MB, 50GB or 1.5TB/)
})
