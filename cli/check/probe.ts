import type { Settings } from '../../contracts/config.ts'

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
