/** One thing that is wrong with a configuration, at its place. */
export interface SettingsProblem {
  readonly message: string
  readonly help?: string
  readonly file: string
  /** From 1. */
  readonly line: number
  /** From 1. */
  readonly column: number
  /** Characters that the caret marks, within the line. */
  readonly length: number
  /** `models.churn.window.bucket`; empty for the whole file. */
  readonly path: string
  /** The line itself, without its secrets. */
  readonly source: string
}

/** What is wrong and with which setting, before its place in the text is looked up. */
export interface Finding {
  readonly path: readonly (string | number)[]
  readonly message: string
  readonly help?: string
  /** Mark the key itself, not its value. */
  readonly atKey?: boolean
}

/**
 * Hides what may be a secret in a line of a configuration, keeping its width: the password of an address,
 * and whatever is written under a name that sounds like one. `{ env: NAME }` and `{ file: PATH }` are no secrets.
 */
export function hideSecrets(line: string): string {
  return hidePasswords(line).replace(
    /((?:\bpass|\bkey|[\w-]*(?:passw|passphrase|secret|token|[a-z_-]key)[\w-]*)["']?\s*:\s*)(\{[^{}]*\}|[^\s,{}][^,{}]*)/gi,
    (_, name: string, value: string) => {
      if (/^\{\s*(env|file)\s*:[^,]*\}$/.test(value)) return name + value
      return (
        name +
        '*'.repeat(value.trimEnd().length) +
        ' '.repeat(value.length - value.trimEnd().length)
      )
    },
  )
}

/** Hides the password of every address in a text, keeping its width. */
export const hidePasswords = (text: string): string =>
  text.replace(
    /(:\/\/[^\s:/@]*:)([^\s@]+)(?=@)/g,
    (_, head: string, password: string) => head + '*'.repeat(password.length),
  )
