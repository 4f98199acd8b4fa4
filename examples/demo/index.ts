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
import { carLoanFromKafka } from './kafka-to-verdict.ts'

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
  /** One window of car-loan, sent to Kafka and scanned in that many seconds. */
  verdict(report: Report, seconds: number): void
  stopped(names: readonly string[]): void
}

const servers: readonly ServerName[] = ['postgres', 'kafka', 'temporal', 'spark', 'mlflow']

/**
 * The plan, real servers brought up side by side, and meanwhile the first verdict from the files alone; then the
 * same data through Kafka, window by window, to verdicts. Everything started here is stopped again unless `keep` is
 * set, also after Ctrl-C.
 */
export async function runDemo(input: DemoInput): Promise<{ first: Report; verdicts: Report[] }> {
  const { folder, show } = input
  show.plan([carLoanPlan(), ...plan(servers)])
  const starting = up({
    folder,
    only: servers,
    onProgress: (progress) => show.progress(progress),
  })
  starting.catch(() => {})
  try {
    const first = await verdictFromFiles()
    show.report(first)
    const { kafka = '', postgres = '', ...others } = await interruptible(starting, input.signal)
    show.servers({ kafka, postgres, ...others })
    const verdicts = await carLoanFromKafka({
      kafka,
      postgres,
      signal: input.signal,
      onVerdict: (report, seconds) => show.verdict(report, seconds),
    })
    return { first, verdicts }
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
