import { setTimeout as sleep } from 'node:timers/promises'
import { DriftgateError } from '../contracts/errors.ts'
import type { CommandContext } from './command.ts'
import { renderError, toCoded } from './errors.ts'
import { exit } from './exit-codes.ts'

const pauseMs = 2_000

/**
 * Draws what `look` finds, again and again in the same place, until Ctrl-C. The first look throws what it throws;
 * later ones show it, since a gateway that restarts is part of what is watched. Throws USAGE without a terminal.
 */
export async function watch(
  context: CommandContext,
  look: () => Promise<{ readonly text: string }>,
): Promise<number> {
  const { terminal, output, signal } = context
  if (output === 'json' || !terminal.redraws) {
    throw new DriftgateError('USAGE', {
      reason: '--watch needs a terminal to draw on',
      fix: 'leave --watch out, or run it in a terminal without --output json',
    })
  }
  let { text } = await look()
  while (!signal.aborted) {
    terminal.out(drawn(text))
    await sleep(pauseMs, undefined, { signal }).catch(() => {})
    if (!signal.aborted) text = await lookAgain(context, look)
  }
  return exit('done')
}

const esc = String.fromCharCode(27)

/** From the top left corner: each line clears what was behind it, the last one what was below. */
const drawn = (text: string): string =>
  `${esc}[H${text.replaceAll('\n', `${esc}[K\n`)}${esc}[K\n${esc}[J`

async function lookAgain(
  { terminal, signal }: CommandContext,
  look: () => Promise<{ readonly text: string }>,
): Promise<string> {
  try {
    return (await look()).text
  } catch (thrown) {
    return signal.aborted ? '' : renderError(toCoded(thrown), terminal)
  }
}
