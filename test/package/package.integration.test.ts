import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { promisify } from 'node:util'
import { cached } from '../../deploy/local/cache.ts'
import { root } from '../support/run-example.ts'
import { examples } from './examples.ts'

const run = promisify(execFile)
const npm = async (folder: string, ...args: string[]): Promise<string> =>
  (await run('npm', args, { cwd: folder, maxBuffer: 2 ** 26 })).stdout
const install = (folder: string, what: string) =>
  npm(folder, 'install', what, '--prefer-offline', '--no-audit', '--no-fund')
const nodeVersion = '22.23.3'

/** Another Node than the project's own, from the registry, kept in the cache. */
const otherNode = async (): Promise<string> => {
  const folder = await cached(`node-${nodeVersion}`, async (work) => {
    writeFileSync(join(work, 'package.json'), '{ "private": true }')
    await install(work, `node@${nodeVersion}`)
  })
  return join(folder, 'node_modules/node/bin/node')
}

describe('the tarball of npm pack, installed in an empty folder', () => {
  const folder = mkdtempSync(join(tmpdir(), 'driftgate-package-'))
  const installed = join(folder, 'node_modules/driftgate')
  let node: string

  before(async () => {
    const packed = JSON.parse(await npm(root, 'pack', '--json', '--pack-destination', folder))
    // A list up to npm 11, by name after it.
    const [{ filename }] = Object.values(packed) as [{ filename: string }]
    writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }')
    await install(folder, join(folder, filename))
    node = await otherNode()
  })
  after(() => rmSync(folder, { recursive: true, force: true }))

  for (const [index, { page, code, expected }] of examples.entries()) {
    it(`runs example ${index + 1}, of ${page}, on Node ${nodeVersion}`, async () => {
      const file = join(folder, `example-${index}.js`)
      writeFileSync(file, code)
      const { stdout } = await run(node, [file], { cwd: folder })
      assert.deepEqual(stdout.trimEnd().split('\n'), expected)
    })
  }

  it(`answers as the command driftgate on Node ${nodeVersion}`, async () => {
    const env = { ...process.env, PATH: `${dirname(node)}:/usr/bin:/bin` }
    const { stdout } = await run(join(folder, 'node_modules/.bin/driftgate'), ['--help'], { env })
    assert.match(stdout, /^Usage: driftgate /)
  })

  it('gives its types to a program that has no others', async () => {
    writeFileSync(
      join(folder, 'typed.ts'),
      `import { compareWith, detectors, type Profile, type Score, sidesOfValues } from 'driftgate'
const score: Score = compareWith(detectors.ks, sidesOfValues('minutes', [1, 2], [3]))
export const rows = (profile: Profile): number => profile.rows + score.n.reference
// @ts-expect-error A score is a number.
export const text: string = score.score
`,
    )
    const compilerOptions = { strict: true, noEmit: true, module: 'nodenext', types: [] }
    writeFileSync(
      join(folder, 'tsconfig.json'),
      JSON.stringify({ compilerOptions, files: ['typed.ts'] }),
    )
    const tsc = join(root, 'node_modules/typescript/bin/tsc')
    const { stdout } = await run(process.execPath, [tsc, '-p', folder]).catch(
      (error: { stdout: string }) => error,
    )
    assert.equal(stdout, '')
  })

  it('refuses what index.ts does not name', async () => {
    const line = `await import('driftgate/dist/statistics/special.js')`
    await assert.rejects(
      run(node, ['--input-type=module', '-e', line], { cwd: folder }),
      /ERR_PACKAGE_PATH_NOT_EXPORTED/,
    )
  })

  it('holds every file that another one finds by its relative address', () => {
    const found = globSync('dist/**/*.js', { cwd: installed }).flatMap((file) => {
      const text = readFileSync(join(installed, file), 'utf8')
      return [...text.matchAll(/new URL\(['`]([^'`]+)['`], import\.meta\.url\)/g)]
        .map(([, address]) => address!.replace(/\$\{extname\(import\.meta\.url\)\}/, '.js'))
        .filter((address) => !address.includes('${'))
        .map((address) => join(dirname(file), address))
    })
    const house = ['gateway/main', 'workers/scan', 'workers/orchestration', 'workers/training'].map(
      (at) => `dist/${at}.js`,
    )
    assert.ok(found.length >= 8, `${found}`)
    assert.deepEqual(
      [...found, ...house].filter((path) => !existsSync(join(installed, path))),
      [],
    )
  })
})
