#!/usr/bin/env node
import type { DriftgateError } from '../contracts/errors.ts'
import { typingOf } from './as-typed.ts'
import { errorJson, renderError, toCoded } from './errors.ts'
import { exit } from './exit-codes.ts'
import { commands } from './index.ts'
import { type ProgramInput, runProgram } from './program.ts'
import { createTerminal } from './terminal.ts'

/** One command line from start to end: the exit status, with any error written to standard error. */
export async function main(argv: readonly string[], input: ProgramInput): Promise<number> {
  try {
    return await runProgram(commands, argv, input)
  } catch (thrown) {
    if (input.signal.aborted) {
      input.stderr.write('stopped watching; work on the servers goes on\n')
      return exit('interrupted')
    }
    const error = toCoded(thrown)
    writeError(error, argv, input)
    return error.entry.exit
  }
}

function writeError(error: DriftgateError, argv: readonly string[], input: ProgramInput): void {
  const json = argv.some(
    (word, index) =>
      word === '--output=json' || (word === 'json' && argv[index - 1] === '--output'),
  )
  const terminal = createTerminal({
    ...input,
    stdout: input.stderr,
    ...(json ? {} : { typing: typingOf(input.environment) }),
    noColor: argv.includes('--no-color'),
    ascii: argv.includes('--ascii'),
  })
  terminal.note(json ? errorJson(error) : renderError(error, terminal))
  if (
    error.code === 'INTERNAL' &&
    input.environment['DRIFTGATE_DEBUG'] &&
    error.cause instanceof Error
  ) {
    terminal.note(error.cause.stack ?? '')
  }
}

/** Ctrl-C once aborts the signal, twice ends the process at once; so does whoever ends the process politely. */
function interruptSignal(): AbortSignal {
  const controller = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => {
      if (controller.signal.aborted) process.exit(exit('interrupted'))
      controller.abort()
    })
  }
  return controller.signal
}

// Before Node 22.18 nobody says which file was started, and silence would be the worst answer.
if (import.meta.main ?? true) {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0)
    throw error
  })
  process.exitCode = await main(process.argv.slice(2), {
    stdout: process.stdout,
    stderr: process.stderr,
    stdinIsTerminal: process.stdin.isTTY === true,
    environment: process.env,
    folder: process.cwd(),
    signal: interruptSignal(),
  })
}
