import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { ScanPhase } from '../../contracts/scan-phases.ts'
import type { ChaosWorkerInput } from './worker.ts'

const program = fileURLToPath(new URL('worker.ts', import.meta.url))

/** One worker after the other: when one is killed, another takes its place. */
export class WorkerProcess {
  private child: ChildProcess
  private readonly input: ChaosWorkerInput
  /** A worker waits in a phase until this resolves. */
  private readonly comeBy: (phase: ScanPhase) => Promise<void>
  /** Why the run is over: a worker ended that nobody killed. */
  readonly broken: Promise<never>
  private breakOff: (reason: Error) => void = () => {}

  constructor(input: ChaosWorkerInput, comeBy: (phase: ScanPhase) => Promise<void>) {
    this.input = input
    this.comeBy = comeBy
    this.broken = new Promise((_, reject) => {
      this.breakOff = reject
    })
    this.broken.catch(() => {})
    this.child = this.start()
  }

  private start(): ChildProcess {
    const child = fork(program, [JSON.stringify(this.input)], { stdio: 'inherit' })
    child.on('message', async ({ number, phase }: { number: number; phase: ScanPhase }) => {
      await this.comeBy(phase)
      if (child.connected) child.send(number)
    })
    child.once('exit', (code, signal) => {
      if (signal !== 'SIGKILL') this.breakOff(new Error(`the worker ended with ${code ?? signal}`))
    })
    return child
  }

  /** `kill -9`, and another one is started. */
  async replace(): Promise<void> {
    await this.kill()
    this.child = this.start()
  }

  async kill(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return
    const exit = once(this.child, 'exit')
    this.child.kill('SIGKILL')
    await exit
  }
}
