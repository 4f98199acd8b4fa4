let asked = 0
const waiting = new Map<number, () => void>()
process.on('message', (number: number) => {
  waiting.get(number)?.()
  waiting.delete(number)
})

/** Of a process that can be killed: tells the run of a phase that it comes by, and waits there until it may go on. */
export const tellPhase = (phase: string): Promise<void> =>
  new Promise((goOn) => {
    const number = asked++
    waiting.set(number, goOn)
    process.send?.({ number, phase })
  })

/** The process is up. */
export const tellReady = (): void => void process.send?.({ ready: true })

// Whoever started it is gone, and nobody would end it.
process.once('disconnect', () => process.exit(1))
