import { spawn } from 'node:child_process'
import { globSync } from 'node:fs'

/** `npm test [unit|long]`: picks the files by their ending and prints one total as the last line. */
const suites = {
  unit: (file: string) => !/\.(integration|e2e|long)\.test\.ts$/.test(file),
  integration: (file: string) => /\.(integration|e2e)\.test\.ts$/.test(file),
  long: (file: string) => file.endsWith('.long.test.ts'),
}

interface Outcome {
  readonly passed: number
  readonly failed: number
}

const wanted = process.argv[2] ?? 'all'
const all = globSync('test/**/*.test.ts').sort()
let passed = 0
let failed = 0

if (wanted === 'all') {
  add(await command('node_modules/.bin/tsc', ['--noEmit']))
  add(await command('node_modules/.bin/biome', ['check', '.']))
}
if (wanted === 'all' || wanted === 'unit') add(await run(all.filter(suites.unit)))
if (wanted === 'all') add(await runOnServers(all.filter(suites.integration)))
if (wanted === 'long') add(await runOnServers(all.filter(suites.long)))
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed === 0 && passed > 0 ? 0 : 1

function add(outcome: Outcome): void {
  passed += outcome.passed
  failed += outcome.failed
}

/** A missing server is a failure with its reason, never a test left out in silence. */
async function runOnServers(files: string[]): Promise<Outcome> {
  if (files.length === 0) return { passed: 0, failed: 0 }
  if (process.env['DRIFTGATE_SERVERS']) return run(files)
  console.error(`DRIFTGATE_SERVERS names no file: ${files.length} file(s) need real servers`)
  return { passed: 0, failed: files.length }
}

async function command(program: string, args: string[]): Promise<Outcome> {
  const { code } = await start(program, args)
  return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 }
}

async function run(files: string[]): Promise<Outcome> {
  if (files.length === 0) return { passed: 0, failed: 0 }
  const { code, output } = await start(process.execPath, [
    '--test',
    '--test-concurrency=2',
    '--test-reporter=spec',
    ...files,
  ])
  const count = (name: string) =>
    Number(output.match(new RegExp(`^\\S+ ${name} (\\d+)$`, 'm'))?.[1])
  const counted = { passed: count('pass'), failed: count('fail') + count('cancelled') }
  if (Number.isNaN(counted.passed + counted.failed)) return { passed: 0, failed: 1 }
  return code !== 0 && counted.failed === 0 ? { ...counted, failed: 1 } : counted
}

/** Shows the output as it comes and keeps it, for the numbers at its end. */
function start(program: string, args: string[]): Promise<{ code: number | null; output: string }> {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text
    process.stdout.write(text)
  })
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, output }))
  })
}
