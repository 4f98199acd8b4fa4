import { accessSync } from 'node:fs'
import type { Settings } from '../../contracts/config.ts'
import { DriftgateError } from '../../contracts/errors.ts'

/** What a probe found out about a server that answers. */
export interface Found {
  /** As the server itself tells it; null where its protocol has no way to ask. */
  readonly version: string | null
  /** "1 broker, 4 topics". */
  readonly note?: string
  /** It answers and something is still missing, with what to do about it. */
  readonly problem?: { readonly sentence: string; readonly help: string }
}

/** One line of `driftgate check`. What does not answer is thrown as a coded error. */
export interface Probe {
  readonly name: string
  readonly address: string
  run(): Promise<Found>
}

/** A server must answer within this time. */
export const timeoutMs = 5_000

export interface ProbeInput {
  readonly settings: Settings
}

/** Throws PREREQUISITE_MISSING where this user has no such right (`fs.constants`) to a path. */
export function accessible(
  path: string,
  mode: number,
  missing: { readonly what: string; readonly fix: string },
): void {
  try {
    accessSync(path, mode)
  } catch (cause) {
    throw new DriftgateError('PREREQUISITE_MISSING', missing, { cause })
  }
}
