import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { brokenRules, filesUnder, importsOf, roomOf, root, table } from './architecture.ts'

const read = (path: string) => readFileSync(join(root, path), 'utf8')
const sources = Object.keys(table.rooms).flatMap((room) =>
  // Browsers run no TypeScript.
  filesUnder(room, room === 'web' ? '.js' : '.ts').filter((path) => roomOf(path) === room),
)
const pureRooms = table.floors.find(({ name }) => name === 'pure')!.rooms

describe('the rooms of docs/rooms.json', () => {
  it('import only what the table allows', () => {
    const broken = sources.flatMap((path) => brokenRules(path, read(path)))
    assert.deepEqual(broken, [])
  })

  it('are made when their first file needs them: none stands empty', () => {
    for (const room of Object.keys(table.rooms).filter((room) => existsSync(room))) {
      assert.ok(filesUnder(room).length > 0, `the room ${room} is empty`)
    }
  })

  it('hold every source file', () => {
    const outside = filesUnder('.', '.ts').filter((path) => roomOf(path) === undefined)
    assert.deepEqual(outside, [])
  })

  it('stand on exactly one floor each', () => {
    const placed = table.floors.flatMap(({ rooms }) => rooms)
    assert.deepEqual(placed.toSorted(), Object.keys(table.rooms).toSorted())
  })

  it('keep their files small: at most 300 lines outside tests', () => {
    const long = [...sources, ...filesUnder('training', '.py')]
      .filter((path) => roomOf(path) !== 'test')
      .map((path) => ({ path, lines: read(path).split('\n').length - 1 }))
      .filter(({ lines }) => lines > 300)
    assert.deepEqual(long, [])
  })

  it('keep clock and chance out of the pure ones', () => {
    const clock = /\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(|\bperformance\.now\(/
    const impure = sources.filter(
      (path) => pureRooms.includes(roomOf(path)!) && clock.test(read(path)),
    )
    assert.deepEqual(impure, [])
  })
})

describe('the test of the rooms itself', () => {
  it('sees every way to import', () => {
    const source = `
      import './side-effect.ts'
      import type { A } from './types.ts'
      import {
        b,
        type C,
      } from './values.ts'
      export { d } from './again.ts'
      export * from './all.ts'
      const lazy = await import('./lazy.ts')
      type E = typeof import('./erased.ts')
      // import { no } from './comment.ts'
    `
    assert.deepEqual(
      importsOf(source).map(({ from, typeOnly }) => `${from}${typeOnly ? ' as types' : ''}`),
      [
        './side-effect.ts',
        './types.ts as types',
        './values.ts',
        './again.ts',
        './all.ts',
        './lazy.ts',
        './erased.ts as types',
      ],
    )
  })

  it('names the file and the rule', () => {
    const cases: [string, string, RegExp | null][] = [
      ['policies/a.ts', `import { x } from '../activities/x.ts'`, /policies may import contracts/],
      ['workflows/a.ts', `import { x } from '../activities/x.ts'`, /as types activities/],
      ['workflows/a.ts', `import type * as x from '../activities/x.ts'`, null],
      ['workflows/a.ts', `import { x } from 'node:fs'`, /workflows uses no Node built-in/],
      ['contracts/a.ts', `import { x } from 'fastify'`, /contracts may use zod, yaml/],
      ['profiles/a.ts', `import { x } from 'node:fs'`, /no Node built-in that reads or writes/],
      ['profiles/a.ts', `import { x } from 'node:crypto'`, null],
      ['adapters/kafka/a.ts', `import { x } from '../postgres/x.ts'`, /never imports another/],
      ['adapters/registry/a.ts', `import { x } from '../mlflow/x.ts'`, null],
      ['adapters/kafka/a.ts', `import { x } from 'pg'`, /adapters may use zod, kafkajs/],
      ['index.ts', `export { x } from './statistics/x.ts'`, null],
      ['index.ts', `export { x } from './adapters/files/x.ts'`, /index.ts may import contracts/],
      ['index.ts', `export { z } from 'zod'`, /index.ts may use no package/],
      ['cli/status.ts', `import { x } from '../adapters/kafka/x.ts'`, /cli may import/],
      ['cli/check.ts', `import { x } from '../adapters/kafka/x.ts'`, null],
      ['cli/status.ts', `import { x } from '../examples/demo/x.ts'`, /cli may import/],
      ['gateway/a.ts', `import { x } from '../workflows/x.ts'`, /gateway may import/],
      ['deploy/local/a.ts', `import { x } from '../../adapters/x/x.ts'`, /may import contracts/],
    ]
    for (const [path, source, rule] of cases) {
      const broken = brokenRules(path, source)
      if (rule === null) assert.deepEqual(broken, [], path)
      else assert.match(broken.join(), rule)
    }
  })
})
