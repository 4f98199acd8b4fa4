/**
 * Runs the tests of an earlier version against the schema of this one, as its workers meet it while a new version is
 * rolled out: `DRIFTGATE_SERVERS=FILE node scripts/former-version.ts COMMIT TEST-PART…`. The earlier version is checked
 * out beside, gets the migrations of this one, and its own integration tests run with its own code.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = fileURLToPath(new URL('..', import.meta.url))
const [commit, ...parts] = process.argv.slice(2)
if (commit === undefined || parts.length === 0) {
  console.error('usage: node scripts/former-version.ts COMMIT TEST-PART…')
  process.exit(2)
}
const folder = mkdtempSync(join(tmpdir(), 'driftgate-former-'))
const git = (...words: string[]) =>
  execFileSync('git', ['-C', here, ...words], { stdio: 'inherit' })
let status = 1
try {
  git('worktree', 'add', '--quiet', '--detach', folder, commit)
  const before = new Set(readdirSync(join(folder, 'migrations')))
  const added = readdirSync(join(here, 'migrations')).filter((name) => !before.has(name))
  for (const name of added) cpSync(join(here, 'migrations', name), join(folder, 'migrations', name))
  symlinkSync(resolve(here, 'node_modules'), join(folder, 'node_modules'), 'dir')
  console.log(
    `${commit} with ${added.length} migrations that it does not know: ${added.join(', ')}`,
  )
  const run = spawnSync(process.execPath, ['scripts/test.ts', ...parts], {
    ...{ cwd: folder, stdio: 'inherit' },
  })
  status = run.status ?? 1
} finally {
  git('worktree', 'remove', '--force', folder)
  rmSync(folder, { recursive: true, force: true })
}
process.exit(status)
