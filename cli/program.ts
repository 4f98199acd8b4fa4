import { type Argument, Command as Commander, CommanderError, Option } from 'commander'
import { DriftgateError } from '../contracts/errors.ts'
import { asTyped, typingOf } from './as-typed.ts'
import type { Command, CommandContext, CommandOption } from './command.ts'
import { createTerminal, type TerminalInput } from './terminal.ts'
import { helpText, topicNames } from './topics.ts'

/** The process as the program sees it; a test gives its own. */
export interface ProgramInput extends TerminalInput {
  readonly folder: string
  readonly signal: AbortSignal
}

/** Options that every command understands. */
export const sharedOptions: readonly CommandOption[] = [
  { flags: '--config <file>', summary: 'the configuration to use' },
  { flags: '--gateway <url>', summary: 'address of the gateway, instead of gateway.url' },
  {
    flags: '--output <format>',
    summary: 'text or json',
    default: 'text',
    choices: ['text', 'json'],
  },
  { flags: '--no-color', summary: 'no colours (so does NO_COLOR=1)' },
  { flags: '--ascii', summary: 'no characters beyond ASCII' },
]

/** Runs one command line; returns its exit status. Wrong usage throws USAGE, help and version return 0. */
export async function runProgram(
  commands: readonly Command[],
  argv: readonly string[],
  input: ProgramInput,
): Promise<number> {
  let status = 0
  const program = buildProgram(commands, input, (code) => {
    status = code
  })
  try {
    await program.parseAsync(argv.length === 0 ? ['--help'] : [...argv], { from: 'user' })
    return status
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    if (error.exitCode === 0) return 0
    const known = commands.some(({ name }) => name === argv[0])
    throw usageError(error, known ? `driftgate ${argv[0]}` : 'driftgate')
  }
}

/** The commander program, also read by the generator of `docs/reference/cli.md`. */
export function buildProgram(
  commands: readonly Command[],
  input: ProgramInput,
  done: (status: number) => void,
): Commander {
  const program = new Commander('driftgate')
    .description('Watches models for drift, retrains them, and waits for the right people.')
    .version('0.1.0', '--version', 'print the version')
    .helpOption('--help', 'print this page')
    .helpCommand(false)
    .exitOverride()
    .configureHelp({
      helpWidth: Math.min(input.stdout.columns ?? 100, 100),
      subcommandTerm: (command) =>
        [command.name(), ...command.registeredArguments.map(argumentTerm)].join(' '),
    })
    .configureOutput({
      writeOut: (text) => void input.stdout.write(asTyped(text, typingOf(input.environment))),
      writeErr: () => undefined,
    })
  for (const command of commands) program.addCommand(toCommander(command, program, input, done))
  program
    .command('help [topic]')
    .description(`the page of a command, of an error code, or of ${topicNames.join(', ')}`)
    .helpOption('--help', 'print this page')
    .action((topic?: string) => {
      input.stdout.write(asTyped(helpText(topic, program), typingOf(input.environment)))
    })
  return program
}

function toCommander(
  command: Command,
  program: Commander,
  input: ProgramInput,
  done: (status: number) => void,
): Commander {
  const result = new Commander(command.name)
    .summary(command.summary)
    .description(command.description ?? `${command.summary}.`)
    .copyInheritedSettings(program)
    .helpOption('--help', 'print this page')
  for (const argument of command.arguments ?? []) result.argument(argument.name, argument.summary)
  for (const option of command.options ?? []) result.addOption(toOption(option))
  for (const option of sharedOptions)
    result.addOption(toOption(option).helpGroup('Shared options:'))
  result.addHelpText(
    'after',
    `\nExamples:\n${command.examples.map((example) => `  ${example}`).join('\n')}\n`,
  )
  return result.action(async () => {
    done(await command.run(contextOf(command, result, input)))
  })
}

const argumentTerm = (argument: Argument) =>
  argument.required ? `<${argument.name()}>` : `[${argument.name()}]`

function toOption(option: CommandOption): Option {
  const result = new Option(option.flags, option.summary)
  if (option.default !== undefined) result.default(option.default)
  if (option.choices) result.choices(option.choices)
  if (option.repeatable) {
    result.argParser((value: string, before: string | undefined) =>
      before === undefined ? value : `${before}\n${value}`,
    )
  }
  if (option.required) result.makeOptionMandatory()
  return result
}

function contextOf(command: Command, parsed: Commander, input: ProgramInput): CommandContext {
  const options = parsed.opts<Record<string, string | boolean | undefined>>()
  const names = (command.arguments ?? []).map(({ name }) =>
    name.slice(1, -1).replace(/\.\.\.$/, ''),
  )
  return {
    arguments: Object.fromEntries(names.map((name, index) => [name, parsed.args[index]])),
    options,
    output: options['output'] === 'json' ? 'json' : 'text',
    terminal: createTerminal({
      ...input,
      // JSON is for programs: nothing in it is rewritten.
      ...(options['output'] === 'json' ? {} : { typing: typingOf(input.environment, options) }),
      noColor: options['color'] === false,
      ascii: options['ascii'] === true,
    }),
    folder: input.folder,
    environment: input.environment,
    signal: input.signal,
  }
}

/** commander's "error: unknown command 'stats'\n(Did you mean status?)" as our two lines. */
function usageError(error: CommanderError, commandLine: string): DriftgateError {
  const [sentence = '', hint] = error.message.split('\n')
  const nearest = hint?.match(/Did you mean (?:one of )?(.*)\?/)?.[1]
  return new DriftgateError('USAGE', {
    reason: sentence.replace(/^error: /, ''),
    fix: nearest ? `did you mean "${nearest}"?` : `run "${commandLine} --help"`,
  })
}
