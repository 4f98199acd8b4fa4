import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, globSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { run } from 'node:test'
import { spec } from 'node:test/reporters'
import { down, type Progress, plan, upAll } from '../deploy/local/index.ts'

/**
 * `npm test [unit|long] [file part ...]`: everything by default. Real servers are started once for the run, in a
 * project of their own, while the tests that need none already run; one total is the last line.
 */
const endings = {
  unit: (file: string) => !/\.(integration|e2e|long)\.test\.ts$/.test(file),
  integration: (file: string) => file.endsWith('.integration.test.ts'),
  e2e: (file: string) => file.endsWith('.e2e.test.ts'),
  long: (file: string) => file.endsWith('.long.test.ts'),
}

// Servers and jobs of tests live for minutes: the second compiler of a JVM costs them more than it gives. With it the
// tests of jobs took 548 s, without 246 s (two cores).
process.env['JAVA_TOOL_OPTIONS'] ??= '-XX:TieredStopAtLevel=1'

/** Several times what the slowest test takes on two cores. */
const testMs = 15 * 60_000
const longTestMs = 120 * 60_000

interface FileTime {
  readonly file: string
  readonly seconds: number
  readonly passed: number
  readonly failed: number
}

const [first = 'all', ...others] = process.argv.slice(2)
const suite = ['unit', 'long', 'all'].includes(first) ? first : 'all'
const parts = suite === first ? others : [first, ...others]
const files = globSync('test/**/*.test.ts')
  .filter((file) => parts.length === 0 || parts.some((part) => file.includes(part)))
  .sort()
const times: FileTime[] = []
const began = performance.now()
let stopServers = async (): Promise<void> => {}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => {
    console.error(`\n${signal}: stopping the servers of this run`)
    void stopServers().finally(() => process.exit(130))
  })
}

try {
  await runSuite()
} catch (error) {
  console.error(error)
  times.push({ file: 'the run itself', seconds: 0, passed: 0, failed: 1 })
} finally {
  await stopServers()
}
printTimes()
const passed = times.reduce((sum, { passed }) => sum + passed, 0)
const failed = times.reduce((sum, { failed }) => sum + failed, 0)
console.log(`${passed} passed, ${failed} failed`)
process.exit(failed === 0 && passed > 0 ? 0 : 1)

async function runSuite(): Promise<void> {
  const needServers =
    suite === 'unit'
      ? []
      : suite === 'long'
        ? files.filter(endings.long)
        : files.filter((file) => endings.integration(file) || endings.e2e(file))
  const servers = needServers.length === 0 ? null : startServers()
  servers?.catch(() => {})
  if (suite === 'all' && parts.length === 0) {
    await command('tsc --noEmit', ['node_modules/.bin/tsc', '--noEmit'])
    await command('biome check', ['node_modules/.bin/biome', 'check', '.'])
  }
  if (suite !== 'long') await runFiles(files.filter(endings.unit), 2)
  if (servers === null) return
  await servers
  await runFiles(
    needServers.filter((file) => !endings.e2e(file)),
    2,
  )
  await runFiles(needServers.filter(endings.e2e), 1)
}

/** Servers for this run alone, unless DRIFTGATE_SERVERS names some; their addresses go to every test file. */
async function startServers(): Promise<void> {
  if (process.env['DRIFTGATE_SERVERS']) return
  for (const item of plan()) {
    if (!item.here) console.error(`to fetch: ${item.what}, ${item.megabytes} MB, into ${item.kept}`)
  }
  const folder = mkdtempSync(join(tmpdir(), 'driftgate-test-'))
  chmodSync(folder, 0o755)
  stopServers = async () => {
    stopServers = async () => {}
    await down(folder)
    rmSync(folder, { recursive: true, force: true })
  }
  const addresses = await upAll({ folder, onProgress: printProgress })
  const file = join(folder, 'servers.json')
  writeFileSync(file, JSON.stringify(addresses, null, 2))
  process.env['DRIFTGATE_SERVERS'] = file
}

function printProgress({ server, stage, detail, address, elapsed }: Progress): void {
  const seconds = elapsed.toFixed(1).padStart(6)
  console.error(`${seconds} s  ${server.padEnd(9)} ${stage} ${detail ?? address ?? ''}`)
}

async function runFiles(list: readonly string[], concurrency: number): Promise<void> {
  if (list.length === 0) return
  const stream = run({
    files: [...list],
    concurrency,
    isolation: 'process',
    timeout: suite === 'long' ? longTestMs : testMs,
    execArgv: ['--import', new URL('../test/support/end-after-tests.ts', import.meta.url).href],
  })
  const summed: FileTime[] = []
  stream.on('test:summary', ({ file, counts, duration_ms }) => {
    const failed = counts.tests - counts.passed - counts.skipped - counts.todo
    const seconds = duration_ms / 1000
    if (file !== undefined) summed.push({ file, seconds, passed: counts.passed, failed })
    else times.push(...summed, ...unsummed(list, summed, { passed: counts.passed, failed }))
  })
  stream.compose(spec).pipe(process.stdout, { end: false })
  await once(stream, 'end')
}

/** Files whose process broke off or was ended sum up nothing themselves: what the total holds beyond the others. */
function unsummed(
  list: readonly string[],
  summed: readonly FileTime[],
  total: { readonly passed: number; readonly failed: number },
): FileTime[] {
  const ended = new Set(summed.map(({ file }) => file))
  const others = list.filter((file) => !ended.has(resolve(file)))
  if (others.length === 0) return []
  const passed = total.passed - summed.reduce((sum, { passed }) => sum + passed, 0)
  const failed = total.failed - summed.reduce((sum, { failed }) => sum + failed, 0)
  const file = `did not end by themselves: ${others.join(', ')}`
  return [{ file, seconds: 0, passed, failed: Math.max(failed, 1) }]
}

async function command(name: string, [program, ...args]: [string, ...string[]]): Promise<void> {
  const started = performance.now()
  const child = spawn(program, args, { stdio: ['ignore', 'inherit', 'inherit'] })
  const code = await new Promise((resolve) => child.once('close', resolve).once('error', resolve))
  const seconds = (performance.now() - started) / 1000
  times.push({ file: name, seconds, passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1 })
}

function printTimes(): void {
  console.log('\ntime per file, longest first')
  const root = `${process.cwd()}/`
  for (const { file, seconds, failed } of times.toSorted((a, b) => b.seconds - a.seconds)) {
    const mark = failed === 0 ? '' : `   ${failed} failed`
    console.log(`${seconds.toFixed(1).padStart(8)} s  ${file.replace(root, '')}${mark}`)
  }
  console.log(`${((performance.now() - began) / 1000).toFixed(1).padStart(8)} s  in all`)
}
