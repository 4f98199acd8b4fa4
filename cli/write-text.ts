import { writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { DriftgateError } from '../contracts/errors.ts'

/** Writes a file that an option names; its path is taken from the folder of the command. Throws FILE_UNWRITABLE. */
export function writeText(folder: string, file: string, text: string): void {
  try {
    writeFileSync(resolve(folder, file), text)
  } catch (cause) {
    const reason = (cause as Error).message
    throw new DriftgateError('FILE_UNWRITABLE', { file, reason }, { cause })
  }
}
