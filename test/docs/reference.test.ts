import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, it } from 'node:test'
import { errorTable } from '../../contracts/errors.ts'
import { pages } from '../../scripts/reference/index.ts'
import { filesUnder, root } from '../architecture.ts'

const read = (path: string) => readFileSync(join(root, path), 'utf8')

describe('generated pages', () => {
  for (const [path, content] of Object.entries(pages)) {
    it(`docs/${path} is what the code says`, async () => {
      const hint = `run: node scripts/generate-docs.ts`
      assert.ok(existsSync(join(root, 'docs', path)), hint)
      assert.equal(read(`docs/${path}`), await content(), hint)
    })
  }

  it('docs/reference/errors.md has a heading for each code, and each heading is a code', () => {
    const headings = [...read('docs/reference/errors.md').matchAll(/^## (\w+)$/gm)].map(
      (match) => match[1],
    )
    assert.deepEqual(headings.toSorted(), Object.keys(errorTable).toSorted())
  })
})

describe('error codes', () => {
  it('are raised somewhere, each of them', () => {
    const sources = [
      'cli',
      'gateway',
      'workers',
      'workflows',
      'activities',
      'adapters',
      'deploy',
      'policies',
      'profiles',
      'detectors',
      'judging',
      'formats',
      'statistics',
      'contracts',
      'examples',
    ]
      .flatMap((room) => filesUnder(room, '.ts'))
      .filter((path) => !path.startsWith('contracts/error-table/'))
      .map(read)
      .join('\n')
    const unused = Object.keys(errorTable).filter((code) => !sources.includes(`'${code}'`))
    assert.deepEqual(unused, [])
  })
})

describe('documentation', () => {
  const markdown = [
    ...filesUnder('docs', '.md'),
    ...readdirSync(root).filter((name) => name.endsWith('.md')),
  ]

  it('links only to what exists', () => {
    const broken = markdown.flatMap((path) =>
      [...read(path).matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)(#[^)]*)?\)/g)]
        .map((match) => join(dirname(path), match[1]!))
        .filter((target) => !existsSync(join(root, target)))
        .map((target) => `${path}: ${target}`),
    )
    assert.deepEqual(broken, [])
  })

  it('says of every dependency in one line why it is there', () => {
    const manifest = JSON.parse(read('package.json')) as Record<string, Record<string, string>>
    const reasons = read('docs/decisions/002-dependencies.md')
    const names = [manifest['dependencies'], manifest['devDependencies']].flatMap((each) =>
      Object.keys(each ?? {}),
    )
    assert.deepEqual(
      names.filter((name) => !reasons.includes(`| \`${name}\` |`)),
      [],
    )
    const listed = [...reasons.matchAll(/^\| `([^`]+)` \|/gm)].map((match) => match[1]!)
    assert.deepEqual(
      listed.filter((name) => !names.includes(name)),
      [],
    )
  })
})
