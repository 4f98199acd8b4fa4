import type { CommandContext } from './command.ts'

/**
 * Writes the result of a command to standard output: as JSON for programs (the value names its `schema`),
 * or as the text that `render` makes of it.
 */
export function show<Value extends { readonly schema: string }>(
  context: CommandContext,
  value: Value,
  render: (value: Value) => string,
): void {
  const { terminal, output } = context
  terminal.out(output === 'json' ? JSON.stringify(value, null, 2) : render(value))
}

/** Columns padded to the widest cell, two spaces apart; colour codes take no width. */
export function columns(rows: readonly (readonly string[])[]): string {
  const widths: number[] = []
  for (const row of rows) {
    row.forEach((cell, index) => {
      widths[index] = Math.max(widths[index] ?? 0, visibleWidth(cell))
    })
  }
  return rows
    .map((row) =>
      row
        .map((cell, index) => cell + ' '.repeat((widths[index] ?? 0) - visibleWidth(cell)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

/** Characters a terminal shows, without the escape sequences of colours. */
export function visibleWidth(text: string): number {
  return [...stripColour(text)].length
}

const escapeSequence = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, 'g')

export const stripColour = (text: string): string => text.replace(escapeSequence, '')
