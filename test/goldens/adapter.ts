export interface Tolerance {
  /** Of the expected value; 1e-9 unless said otherwise. */
  readonly relative?: number
  readonly absolute?: number
}

export interface Context {
  /** The folder of the golden file, for data files that a case names. */
  readonly dir: string
}

/**
 * What turns the input of one `method` into numbers: one file, one line in `adapters/index.ts`. It calls exported
 * functions of the library only, and never looks at the id of a case.
 */
export interface Adapter<Input = never> {
  /** An object of the shape of `expected`; `{ error: code }` where the library refuses. Series are already numbers. */
  compute(input: Input, context: Context): unknown
  /** How near a number must be; `path` is its keys joined by dots. */
  within?(path: string, input: Input, expected: number): Tolerance | undefined
  /** Says for a path whether `actual` is right where more than one answer is; undefined leaves it to the number. */
  accepts?(path: string, actual: unknown, expected: unknown, input: Input): boolean | undefined
}

/** Keeps the type of the input while the registry sees every adapter alike. */
export const defineAdapter = <Input>(adapter: Adapter<Input>): Adapter<unknown> =>
  adapter as Adapter<unknown>
