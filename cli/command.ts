import type { Terminal } from './terminal.ts'

/** A positional argument: `<model>` is required, `[model]` is not. */
export interface CommandArgument {
  readonly name: `<${string}>` | `[${string}]`
  readonly summary: string
}

/** A flag as commander reads it: `--reason <text>` takes a value, `--dry-run` does not. */
export interface CommandOption {
  readonly flags: `--${string}`
  readonly summary: string
  readonly default?: string
  /** Stops with a usage error when it is missing. */
  readonly required?: boolean
  /** May be given more than once: the values come as one text, a line each. */
  readonly repeatable?: boolean
  /** The only values that are accepted. */
  readonly choices?: readonly string[]
}

/** What a command is given: what was typed, where to write, and nothing else of the process. */
export interface CommandContext {
  /** By name without brackets: `arguments.model`. */
  readonly arguments: Readonly<Record<string, string | undefined>>
  /** By camel-case name of the long flag: `options.dryRun`. */
  readonly options: Readonly<Record<string, string | boolean | undefined>>
  /** `json`: the result on standard output is one JSON value and nothing is asked. */
  readonly output: 'text' | 'json'
  readonly terminal: Terminal
  /** The folder the command runs in; the local project lives in its `.driftgate`. */
  readonly folder: string
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Aborted by Ctrl-C: stop watching and return or throw; work on the servers goes on. */
  readonly signal: AbortSignal
}

/**
 * One command: one file in `cli/` named after it and one line in `cli/index.ts`.
 * `run` returns the exit status (`cli/exit-codes.ts`); a user's mistake is a thrown DriftgateError.
 * Rooms that are slow to load are imported inside `run`, so that `--help` stays instant.
 */
export interface Command {
  readonly name: string
  /** One line for the list of commands, in lower case, without a full stop. */
  readonly summary: string
  /** More, for the page of the command itself. */
  readonly description?: string
  readonly arguments?: readonly CommandArgument[]
  readonly options?: readonly CommandOption[]
  /** At least two complete command lines with long flags; they run as they stand. */
  readonly examples: readonly [string, string, ...string[]]
  run(context: CommandContext): Promise<number>
}
