import { quote } from './shell-word.ts'

/** How commands are typed here: what names the program, and what every command has to carry on. */
export interface Typing {
  readonly program: string
  /** Shared options that this command was given: ` --config .driftgate/demo.yaml`. */
  readonly carried: string
}

/** @param environment DRIFTGATE_SELF is how the shim of a clone was called. */
export function typingOf(
  environment: Readonly<Record<string, string | undefined>>,
  options: Readonly<Record<string, unknown>> = {},
): Typing {
  const carried = ['config', 'gateway']
    .filter((name) => typeof options[name] === 'string')
    .map((name) => ` --${name} ${quote(String(options[name]))}`)
  return { program: environment['DRIFTGATE_SELF'] || 'driftgate', carried: carried.join('') }
}

/** Every command that a text names, so that it runs as it stands where the text is read. */
export const asTyped = (text: string, { program, carried }: Typing): string =>
  text.replace(
    /(^|[\s"])driftgate( [a-z]+)(?=([^"\n]*))/gm,
    (_, before: string, command: string, rest: string) =>
      `${before}${program}${command}${rest.includes('--config') ? '' : carried}`,
  )
