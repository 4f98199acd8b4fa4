import { main } from '../../cli/main.ts'
import type { Sink } from '../../cli/terminal.ts'

export interface CliRun {
  readonly status: number
  readonly out: string
  readonly err: string
}

export interface CliOptions {
  readonly folder?: string
  readonly environment?: Readonly<Record<string, string>>
  readonly columns?: number
  readonly terminal?: boolean
  readonly signal?: AbortSignal
  /** Called with everything written to the output so far, after each piece. */
  readonly onOut?: (out: string) => void
}

/** One command line inside this process, with everything that it wrote. */
export async function runCli(words: readonly string[], options: CliOptions = {}): Promise<CliRun> {
  const written = { out: '', err: '' }
  const sink = (name: 'out' | 'err'): Sink => ({
    write: (text: string) => {
      written[name] += text
      if (name === 'out') options.onOut?.(written.out)
    },
    columns: options.columns ?? 80,
    isTTY: options.terminal ?? false,
  })
  const status = await main(words, {
    stdout: sink('out'),
    stderr: sink('err'),
    stdinIsTerminal: false,
    environment: options.environment ?? {},
    folder: options.folder ?? process.cwd(),
    signal: options.signal ?? new AbortController().signal,
  })
  return { status, ...written }
}
