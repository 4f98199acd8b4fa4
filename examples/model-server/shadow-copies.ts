import type { LoggedPrediction } from '../../contracts/prediction.ts'
import type { PredictionLog } from './prediction-log.ts'

/** Copies that wait for their turn at once; more of them are not made. */
const mostWaiting = 500

/**
 * Answers of a shadow. Each is worked out after the answer of the one who serves was handed to the network, and logged
 * by a producer of its own: whatever happens to it, nobody who asked is told.
 */
export class ShadowCopies {
  /** Not made, since too many waited. */
  dropped = 0
  /** Not logged. */
  failed = 0
  readonly #topic: string
  readonly #log: PredictionLog
  readonly #say: (text: string) => void
  readonly #waiting = new Set<Promise<void>>()

  constructor(topic: string, log: PredictionLog, say: (text: string) => void) {
    this.#topic = topic
    this.#log = log
    this.#say = say
  }

  take(answer: () => readonly LoggedPrediction[]): void {
    if (this.#waiting.size >= mostWaiting) {
      if (this.dropped++ === 0) this.#say('is sent more requests than its shadow can follow')
      return
    }
    const done = this.#make(answer).finally(() => this.#waiting.delete(done))
    this.#waiting.add(done)
  }

  /** Once all that were taken are logged, or are not going to be. */
  async settled(): Promise<void> {
    await Promise.all(this.#waiting)
  }

  async #make(answer: () => readonly LoggedPrediction[]): Promise<void> {
    // What was answered is written to the socket before anything that is queued here.
    await new Promise(setImmediate)
    try {
      await this.#log.append(this.#topic, answer())
    } catch (error) {
      if (this.failed++ === 0) this.#say(`cannot log what its shadow answers: ${error}`)
    }
  }
}
