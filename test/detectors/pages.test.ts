import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { detectors } from '../../detectors/index.ts'
import { rowDetectors } from '../../detectors/rows.ts'
import { streamingDetectors } from '../../detectors/streaming/index.ts'
import { root, runExample, typescriptOf } from '../support/run-example.ts'

for (const name of [
  ...Object.keys(detectors),
  ...Object.keys(rowDetectors),
  ...Object.keys(streamingDetectors),
]) {
  test(`the example of docs/detectors/${name}.md runs and prints what it says`, async (t) => {
    const page = readFileSync(join(root, 'docs/detectors', `${name}.md`), 'utf8')
    await runExample(t, typescriptOf(page), 'ts')
  })
}
