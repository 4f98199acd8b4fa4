import type { ServerAddresses } from '../../contracts/servers.ts'

/** One line of progress, with numbers. */
export interface Progress {
  readonly server: string
  readonly stage: 'resolving' | 'fetching' | 'waiting' | 'starting' | 'healthy' | 'given'
  readonly version?: string
  readonly detail?: string
  readonly address?: string
  readonly log?: string
  /** Seconds since this server's work began. */
  readonly elapsed: number
}

/** What is needed before a server can start, for the plan shown before anything is downloaded. */
export interface PlanItem {
  readonly what: string
  readonly version: string
  /** Megabytes to download, about. */
  readonly megabytes: number
  readonly from: string
  /** Where it is kept. */
  readonly kept: string
  readonly here: boolean
}

export interface ServerContext {
  /** The local project's own folder: data, logs, state. */
  readonly folder: string
  /** Data need not survive a power cut: tests and demo. */
  readonly say: (stage: Progress['stage'], more?: Partial<Progress>) => void
}

/**
 * One server of the local project: what it needs, and how it is started. `start` returns the addresses it adds;
 * starting what already runs is quick and changes nothing.
 */
export interface LocalServer {
  readonly name: ServerName
  readonly version: string
  /** Only started where it is asked for by name. */
  readonly optional?: true
  plan(): PlanItem[]
  start(context: ServerContext): Promise<Partial<ServerAddresses>>
}

export const serverNames = [
  'postgres',
  'kafka',
  'temporal',
  'spark',
  'mlflow',
  'identity',
  'synapse',
] as const
export type ServerName = (typeof serverNames)[number]
