import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'

/** A process waits in a phase until this resolves. */
export type ComeBy = (phase: string, process: StruckProcess) => Promise<void>

/** One process after the other of the same program: when one is killed, another takes its place. */
export class StruckProcess {
  private child: ChildProcess
  private readonly program: URL
  private input: object
  private readonly comeBy: ComeBy
  private began: Promise<void> = Promise.resolve()
  /** Why the run is over: a process ended that nobody killed. */
  readonly broken: Promise<never>
  private breakOff: (reason: Error) => void = () => {}

  constructor(program: URL, input: object, comeBy: ComeBy) {
    this.program = program
    this.input = input
    this.comeBy = comeBy
    this.broken = new Promise((_, reject) => {
      this.breakOff = reject
    })
    this.broken.catch(() => {})
    this.child = this.start(input)
  }

  /** Once the process that runs now has said that it is ready. */
  get ready(): Promise<void> {
    return this.began
  }

  private start(input: object): ChildProcess {
    const child = fork(this.program, [JSON.stringify(input)], { stdio: 'inherit' })
    this.began = new Promise((resolve) => {
      child.on('message', async (message: { number?: number; phase?: string }) => {
        const { number, phase } = message
        if (phase === undefined) return resolve()
        await this.comeBy(phase, this)
        if (child.connected) child.send(number!)
      })
    })
    child.once('exit', (code, signal) => {
      if (signal !== 'SIGKILL') this.breakOff(new Error(`a process ended with ${code ?? signal}`))
    })
    return child
  }

  /** `kill -9`, and another one is started; from now on with another input where one is given. */
  async replace(input = this.input): Promise<void> {
    await this.kill()
    this.input = input
    this.child = this.start(input)
  }

  async kill(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return
    const exit = once(this.child, 'exit')
    this.child.kill('SIGKILL')
    await exit
  }
}
