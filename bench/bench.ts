/** One measurement: one file, one line in `bench/main.ts`. */
export interface Bench {
  readonly summary: string
  /** Options with what they stand at when left out, all whole numbers: `--records 200000`. */
  readonly options: Readonly<Record<string, number>>
  /** Prints what it measures as it goes. */
  run(options: Readonly<Record<string, number>>): Promise<void>
}

export interface Measured {
  /** User and system time of this process, all its threads. */
  readonly cpuSeconds: number
  readonly wallSeconds: number
}

export async function measure(work: () => Promise<void>): Promise<Measured> {
  const cpu = process.cpuUsage()
  const wall = performance.now()
  await work()
  const { user, system } = process.cpuUsage(cpu)
  return {
    cpuSeconds: (user + system) / 1_000_000,
    wallSeconds: (performance.now() - wall) / 1_000,
  }
}
