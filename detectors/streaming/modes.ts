import { z } from 'zod'

/** Whose numbers a detector gives: those of its own definition, or of a library, flaws included. */
export const modes = <const Names extends readonly ['standard', ...string[]]>(...names: Names) =>
  z.enum(names).default('standard')
