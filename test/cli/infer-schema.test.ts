import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { parse } from 'yaml'
import { modelSettings } from '../../contracts/config.ts'
import { runCli } from './run-cli.ts'

const folder = mkdtempSync(join(tmpdir(), 'driftgate-infer-'))
after(() => rmSync(folder, { recursive: true }))
const infer = (...words: string[]) => runCli(['infer-schema', ...words], { folder })

const lines = Array.from({ length: 300 }, (_, i) =>
  JSON.stringify({
    id: `p${i}`,
    time: '2026-01-01T00:00:00Z',
    score: 0.5,
    features: {
      amount: i / 4,
      null: i % 2 === 0,
      'hash # mark': ['#a', 'b\n: c'][i % 2],
      customer: { plan: 'basic' },
      words: [0.5, 1],
      key: `k-${i}`,
    },
  }),
)
writeFileSync(join(folder, 'log.jsonl'), lines.join('\n'))
writeFileSync(join(folder, 'log.jsonl.gz'), gzipSync(lines.join('\n')))
writeFileSync(
  join(folder, 'a.csv'),
  'id,score,code,amount,vip\n1,0.5,007,1.5,true\n2,0.5,008,,false\n',
)
writeFileSync(join(folder, 'none.jsonl'), '{"id":1}\n')

test('a file of predictions becomes the features of a configuration, to look through', async () => {
  const { status, out } = await infer('--file', 'log.jsonl')
  assert.equal(status, 0)
  const { features } = parse(out)
  assert.deepEqual(modelSettings.shape.features.parse(features), {
    amount: { type: 'numeric' },
    null: { type: 'boolean' },
    'hash # mark': { type: 'categorical' },
    'customer.plan': { type: 'categorical', path: 'features.customer.plan' },
    words: { type: 'embedding', width: 2 },
  })
  assert.match(out, /^# Guessed from 300 records of log\.jsonl/)
  assert.match(out, /amount: \{ type: numeric \} +# 0 to 74\.75, 300 different/)
  assert.match(out, /^# {3}key: most records have a value of their own$/m)
  assert.equal((await infer('--file', 'log.jsonl.gz')).out.replace('.gz', ''), out)
})

test('the columns of a table are features beside the other parts of a prediction', async () => {
  const { out } = await infer('--file', 'a.csv')
  assert.match(out, /log\.paths\.features is ""/)
  assert.deepEqual(parse(out).features, {
    code: { type: 'categorical' },
    amount: { type: 'numeric' },
    vip: { type: 'boolean' },
  })
  assert.match(out, /amount.*50 % missing/)
})

test('the same for programs', async () => {
  const found = JSON.parse((await infer('--file', 'a.csv', '--output', 'json')).out)
  assert.equal(found.schema, 'driftgate-features/1')
  assert.equal(found.records, 2)
  assert.equal(found.features[0].name, 'code')
})

test('a file without anything to compare, and none at all, are said to be so', async () => {
  assert.match((await infer('--file', 'none.jsonl')).err, /FEATURES_NOT_FOUND.*1 records/s)
  assert.match((await infer('--file', 'absent.csv')).err, /FILE_NOT_FOUND/)
  assert.match((await infer()).err, /USAGE/)
  assert.match((await infer('--file', 'a.csv', '--topic', 't')).err, /USAGE/)
})
