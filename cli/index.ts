import type { Command } from './command.ts'
import { demo } from './demo.ts'

/** Every command, in the order in which the help lists them: one line each. */
export const commands: readonly Command[] = [demo]
