import { recentRows, trainingRows } from './example-rows.ts'

const usage = `Prints example rows, one JSON object a line: invoices, and whether they were paid late.

  node examples/first-version/rows.ts training|recent

  training  6,000 rows of thirty days, for a first version
  recent    2,000 of the day before yesterday and 2,000 of yesterday, when invoices were larger by half

Examples
  node examples/first-version/rows.ts training > rows.jsonl
  node examples/first-version/rows.ts recent > recent.jsonl
`

const kinds: Readonly<Record<string, typeof trainingRows>> = {
  training: trainingRows,
  recent: recentRows,
}

function printRows(words: readonly string[]): number {
  if (words.includes('--help')) {
    process.stdout.write(usage)
    return 0
  }
  const [kind = ''] = words
  const make = Object.hasOwn(kinds, kind) ? kinds[kind] : undefined
  if (make === undefined || words.length !== 1) {
    process.stderr.write('error: say "training" or "recent"; see --help\n')
    return 2
  }
  const lines = make(Date.now()).map(({ id, timeMs, label, features }) =>
    JSON.stringify({ id, time: new Date(timeMs).toISOString(), label, features }),
  )
  process.stdout.write(`${lines.join('\n')}\n`)
  return 0
}

// "| head" closes the pipe early: that is no fault.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
})
process.exitCode = printRows(process.argv.slice(2))
