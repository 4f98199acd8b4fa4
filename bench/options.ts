import { parseArgs } from 'node:util'
import type { Bench, Option } from './bench.ts'

/** The options of a bench as given on the command line. Throws Error with a sentence for people. */
export function parseOptions(
  { options }: Pick<Bench, 'options'>,
  words: readonly string[],
): Record<string, Option> {
  const known = Object.entries(options).map(([option, standing]) => [
    option,
    { type: typeof standing === 'boolean' ? ('boolean' as const) : ('string' as const) },
  ])
  const { values } = parseArgs({ args: [...words], options: Object.fromEntries(known) })
  const given = Object.entries(values).map(([option, value]) => [
    option,
    typeof options[option] === 'number' ? wholeNumber(option, String(value)) : value,
  ])
  return { ...options, ...Object.fromEntries(given) }
}

/** The options with what they stand at, as one types them. */
export const usageOf = ({ options }: Pick<Bench, 'options'>): string =>
  Object.entries(options)
    .map(([option, standing]) => {
      if (standing === false) return `[--${option}]`
      return standing === '' ? `[--${option} TEXT]` : `--${option} ${standing}`
    })
    .join(' ')

function wholeNumber(option: string, text: string): number {
  const number = Number(text)
  if (Number.isSafeInteger(number) && number > 0) return number
  throw new Error(`--${option} takes a whole number above 0`)
}
