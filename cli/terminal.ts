import { styleText } from 'node:util'
import type { Canvas, Role } from '../reports/vocabulary.ts'
import { asTyped, type Typing } from './as-typed.ts'

/** What is written to: `process.stdout` is one, a test's collecting object another. */
export interface Sink {
  write(text: string): unknown
  readonly isTTY?: boolean
  readonly columns?: number
}

/** The terminal as commands see it: results go to `out`, everything else to `note`. */
export interface Terminal extends Canvas {
  /** Writes one result, with a final newline, to standard output. */
  out(text: string): void
  /** Writes one line to standard error: progress, hints, warnings. */
  note(text: string): void
  /** Standard error as it is, for a line that rewrites itself. */
  readonly errors: Sink
  /** Standard error is a terminal: a line may rewrite itself. */
  readonly rewrites: boolean
  /** Standard output is a terminal: a result may take the place of the one before. */
  readonly redraws: boolean
  /** Someone is there to answer a question: standard input and standard error are terminals. */
  readonly interactive: boolean
}

export interface TerminalInput {
  readonly stdout: Sink
  readonly stderr: Sink
  readonly stdinIsTerminal: boolean
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly noColor?: boolean
  readonly ascii?: boolean
  /** How commands in what is written are typed here; without it they stay as they are. */
  readonly typing?: Typing
}

const styles = {
  green: 'green',
  amber: 'yellow',
  red: 'red',
  blue: 'blue',
  violet: 'magenta',
  grey: 'gray',
  strong: 'bold',
  faint: 'dim',
} as const satisfies Record<Role, Parameters<typeof styleText>[0]>

/** A terminal over the two output streams; colour, width and icons follow what they can show. */
export function createTerminal(input: TerminalInput): Terminal {
  const { stdout, stderr, environment } = input
  const colour = !input.noColor && wantsColour(stdout, environment)
  const typed = (text: string) => (input.typing ? asTyped(text, input.typing) : text)
  return {
    width: stdout.columns ?? 100,
    unicode: !input.ascii && showsUnicode(environment),
    paint: (role, text) =>
      colour ? styleText(styles[role], text, { validateStream: false }) : text,
    out: (text) => void stdout.write(typed(text.endsWith('\n') ? text : `${text}\n`)),
    note: (text) => void stderr.write(typed(`${text}\n`)),
    errors: stderr,
    rewrites: stderr.isTTY === true && environment['TERM'] !== 'dumb',
    redraws: stdout.isTTY === true && environment['TERM'] !== 'dumb',
    interactive: input.stdinIsTerminal && stderr.isTTY === true,
  }
}

/** https://no-color.org: any non-empty NO_COLOR wins; FORCE_COLOR asks for it without a terminal. */
function wantsColour(stdout: Sink, environment: TerminalInput['environment']): boolean {
  if (environment['NO_COLOR']) return false
  if (environment['FORCE_COLOR'] && environment['FORCE_COLOR'] !== '0') return true
  return stdout.isTTY === true && environment['TERM'] !== 'dumb'
}

/** A locale that names another character set, or the Linux console, cannot show our icons. */
function showsUnicode(environment: TerminalInput['environment']): boolean {
  if (environment['TERM'] === 'linux' || environment['TERM'] === 'dumb') return false
  const locale = environment['LC_ALL'] || environment['LC_CTYPE'] || environment['LANG']
  return locale === undefined || locale === '' || /utf-?8/i.test(locale)
}
