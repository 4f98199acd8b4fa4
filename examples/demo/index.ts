import { join } from 'node:path'
import type { Report } from '../../contracts/report.ts'
import {
  down,
  type PlanItem,
  type Progress,
  plan,
  type ServerName,
  up,
} from '../../deploy/local/index.ts'
import { carLoanPlan } from '../data/car-loan.ts'
import { verdictFromFiles } from './first-verdict.ts'

export interface DemoInput {
  /** The local project's folder, for example `.driftgate`. */
  readonly folder: string
  /** Leave the servers up at the end. */
  readonly keep: boolean
  readonly signal: AbortSignal
  readonly show: DemoView
}

/** What the demo tells whoever watches. */
export interface DemoView {
  plan(items: readonly PlanItem[]): void
  progress(progress: Progress): void
  report(report: Report): void
  servers(addresses: Readonly<Record<string, unknown>>): void
  stopped(names: readonly string[]): void
}

const servers: readonly ServerName[] = ['postgres', 'kafka', 'temporal', 'spark', 'mlflow']

/**
 * The first act: the plan, real servers brought up side by side, and meanwhile the first verdict from the files
 * alone. Everything started here is stopped again unless `keep` is set, also after Ctrl-C.
 */
export async function runDemo(input: DemoInput): Promise<{ report: Report }> {
  const { folder, show } = input
  show.plan([carLoanPlan(), ...plan(servers)])
  const starting = up({
    folder,
    only: servers,
    onProgress: (progress) => show.progress(progress),
  })
  starting.catch(() => {})
  try {
    const report = await verdictFromFiles()
    show.report(report)
    show.servers(await interruptible(starting, input.signal))
    return { report }
  } finally {
    if (!input.keep) show.stopped(await down(folder))
  }
}

/** Settles as the promise does, or throws as soon as Ctrl-C is pressed. */
async function interruptible<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted()
  return Promise.race([
    promise,
    new Promise<never>((_, reject) =>
      signal.addEventListener('abort', () => reject(signal.reason), { once: true }),
    ),
  ])
}

export const projectFolder = (folder: string): string => join(folder, '.driftgate')
