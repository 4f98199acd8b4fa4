import type { Command, CommandOption } from '../../cli/command.ts'
import { exitCodes } from '../../cli/exit-codes.ts'
import { commands } from '../../cli/index.ts'
import { sharedOptions } from '../../cli/program.ts'
import { capital, code, generatedNotice, markdownTable, page } from './markdown.ts'

/** `cli.md`: every command with its arguments, options and examples. */
export const cliPage = (): string =>
  page(
    generatedNotice,
    '# Command line',
    'Results go to standard output, everything else to standard error. With `--output json` the result is one JSON value whose `schema` names its shape, and nothing is ever asked. Exit statuses: [exit-codes.md](exit-codes.md). From a clone, `./driftgate` runs what is written here as `driftgate`.',
    markdownTable(
      ['command', 'does'],
      commands.map(({ name, summary }) => [
        `[${code(`driftgate ${name}`)}](#driftgate-${name})`,
        summary,
      ]),
    ),
    '## Options of every command',
    optionTable(sharedOptions),
    ...commands.flatMap(commandBlocks),
  )

function commandBlocks(command: Command): string[] {
  const { name, summary, description, examples } = command
  const usage = [
    'driftgate',
    name,
    ...(command.arguments ?? []).map((each) => each.name),
    '[options]',
  ]
  const blocks = [
    `## driftgate ${name}`,
    description ?? `${capital(summary)}.`,
    ['```', usage.join(' '), '```'].join('\n'),
  ]
  const names = (command.arguments ?? []).map((each) => [code(each.name), each.summary])
  if (names.length > 0) blocks.push(markdownTable(['argument', 'meaning'], names))
  if (command.options?.length) blocks.push(optionTable(command.options))
  blocks.push(['```sh', ...examples, '```'].join('\n'))
  return blocks
}

function optionTable(options: readonly CommandOption[]): string {
  const rows = options.map((option) => {
    const facts = [
      option.summary,
      option.required ? '(required)' : '',
      option.default === undefined ? '' : `(default ${code(option.default)})`,
    ]
    return [code(option.flags), facts.filter(Boolean).join(' ')]
  })
  return markdownTable(['option', 'meaning'], rows)
}

/** `exit-codes.md`. */
export const exitCodesPage = (): string =>
  page(
    generatedNotice,
    '# Exit statuses',
    'A script can tell a verdict from a failure without reading text. `driftgate help exit-codes` shows this table.',
    markdownTable(
      ['status', 'meaning'],
      Object.values(exitCodes).map((each) => [String(each.code), each.meaning]),
    ),
  )
