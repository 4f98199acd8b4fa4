import { spawnSync } from 'node:child_process'
import { cpSync, globSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/**
 * `npm pack` runs this: `dist/` holds every room as JavaScript in the layout of the repository, because files find
 * each other by relative address. The library, `index.ts` and what it imports, gets its types as well.
 */
const root = fileURLToPath(new URL('..', import.meta.url))
const dist = join(root, 'dist')

/** Rooms that the package runs; tests, measurements, scripts and pages stay in the repository. */
const programs = [
  ...['activities', 'adapters', 'cli', 'contracts', 'deploy/local', 'detectors', 'examples'],
  ...[
    'formats',
    'gateway',
    'judging',
    'policies',
    'profiles',
    'reports',
    'statistics',
    'workers',
    'workflows',
  ],
]

/** What programs read beside their own text, by the same relative address as in the repository. */
const assets = [
  'migrations/*.sql',
  'training/**/*.py',
  'training/requirements.txt',
  'deploy/local/synapse/requirements.txt',
  'examples/**/*.{py,yaml}',
  'web/**/*.{html,css,js}',
]

rmSync(dist, { recursive: true, force: true })
mkdirSync(dist)
// The types of the library are checked as they are written; the programs were checked by `tsc --noEmit`.
compile('library', { declaration: true }, { files: ['../index.ts'], include: [] })
compile('programs', { noCheck: true }, { include: programs.map((room) => `../${room}/**/*.ts`) })
for (const path of assets.flatMap((pattern) => globSync(pattern, { cwd: root }))) {
  cpSync(join(root, path), join(dist, path))
}

function compile(name: string, options: object, inputs: object): void {
  const config = join(dist, `${name}.json`)
  const compilerOptions = { noEmit: false, rootDir: '..', outDir: '.', ...options }
  writeFileSync(
    config,
    JSON.stringify({ extends: '../tsconfig.json', compilerOptions, exclude: [], ...inputs }),
  )
  // Standard output belongs to npm: `npm pack --json` is read by programs.
  const { status, error } = spawnSync(
    process.execPath,
    [join(root, 'node_modules/typescript/bin/tsc'), '-p', config],
    { cwd: root, stdio: ['ignore', 2, 2] },
  )
  rmSync(config)
  if (status === 0) return
  if (error) throw error
  process.exit(1)
}
