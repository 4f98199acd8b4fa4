// Runs on any Node >= 18 without a package installed: says what will be downloaded, installs the packages
// when they are missing or older than the lock file, then hands over to the project's own Node.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, statSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(fileURLToPath(import.meta.url))
const entries = {
  demo: ['cli/main.ts', 'demo'],
  test: ['scripts/test.ts'],
  bench: ['bench/main.ts'],
  goldens: ['test/goldens/main.ts'],
  fuzz: ['test/fuzz/main.ts'],
  chaos: ['test/chaos/main.ts'],
  cli: ['cli/main.ts'],
}
const ownNode = join(root, 'node_modules/.bin/node')

const [name, ...rest] = process.argv.slice(2)
const entry = entries[name]
if (!entry) {
  console.error(`usage: node bootstrap.mjs ${Object.keys(entries).join('|')} [arguments]`)
  process.exit(2)
}
if (!installed()) install()
handOver([join(root, entry[0]), ...entry.slice(1), ...rest])

/** npm writes node_modules/.package-lock.json last, so a broken install is never taken for a whole one. */
function installed() {
  const stamp = join(root, 'node_modules/.package-lock.json')
  if (!existsSync(stamp) || !existsSync(ownNode)) return false
  return statSync(stamp).mtimeMs >= statSync(join(root, 'package-lock.json')).mtimeMs
}

function install() {
  const cache =
    process.env.DRIFTGATE_CACHE ||
    join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'driftgate')
  const here = existsSync(cache) ? 'what is here already is used' : 'nothing is here yet'
  console.error(`needed, about:
  packages            560 MB unpacked   ${join(root, 'node_modules')} (npm keeps its own cache)
  servers and data  1,200 MB            ${cache} (${here}; each is listed before it is fetched)
`)
  const { status, error } = spawnSync('npm', ['ci', '--no-audit', '--no-fund'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  })
  if (status === 0) return
  console.error(
    `error: npm ci failed${error ? ` (${error.message})` : ''}; run it again, it resumes from its cache`,
  )
  process.exit(1)
}

function handOver(args) {
  // npm runs us in the clone: there the shim is how commands are typed.
  const env = { DRIFTGATE_SELF: './driftgate', ...process.env }
  const child = spawn(ownNode, args, { stdio: 'inherit', env })
  // Ctrl-C reaches the child through the terminal as well; passing it on twice is the child's to ignore.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () =>
      signal !== 'SIGINT' || !process.stdin.isTTY ? child.kill(signal) : undefined,
    )
  }
  child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 143)))
}
