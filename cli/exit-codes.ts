/** What the exit status of `driftgate` says; `docs/reference/exit-codes.md` and `driftgate help exit-codes` list these. */
export const exitCodes = {
  done: { code: 0, meaning: 'done; for a verdict: no drift' },
  failed: { code: 1, meaning: 'failed; the error on standard error has a code and a help line' },
  usage: {
    code: 2,
    meaning: 'wrong usage: an unknown command or option, or an invalid configuration',
  },
  changes: {
    code: 3,
    meaning: 'plan: there is something that "driftgate apply" would change',
  },
  notSignedIn: { code: 4, meaning: 'not signed in; run "driftgate login"' },
  waiting: {
    code: 8,
    meaning:
      'waiting for a person: a release, of a version or of a reference, is at its gate; of "gate wait": it has not ended in time',
  },
  drift: { code: 10, meaning: 'drift' },
  dataQuality: { code: 11, meaning: 'data quality: upstream is broken, do not retrain on it' },
  noVerdict: {
    code: 12,
    meaning: 'no verdict possible: too few rows or labels, an incomplete window, or a stale model',
  },
  interrupted: { code: 130, meaning: 'interrupted with Ctrl-C; work on the servers goes on' },
} as const satisfies Record<string, { code: number; meaning: string }>

export type ExitName = keyof typeof exitCodes

/** The number to return from a command: `exit('waiting')` is 8. */
export const exit = (name: ExitName): number => exitCodes[name].code
