/** A whole number above 0, a text (`--json FILE`), or a flag that is false when left out. */
export type Option = number | string | boolean

type Options = Readonly<Record<string, Option>>

/** The options as `run` gets them: of the type of what they stand at. */
type Given<Defaults extends Options> = {
  readonly [Name in keyof Defaults]: Defaults[Name] extends number
    ? number
    : Defaults[Name] extends string
      ? string
      : Defaults[Name] extends boolean
        ? boolean
        : Option
}

/** One measurement: one file, one line in `bench/main.ts`. */
export interface Bench<Defaults extends Options = Options> {
  readonly summary: string
  /** Options with what they stand at when left out: `--records 200000 --json FILE --quick`. */
  readonly options: Defaults
  /** Prints what it measures as it goes; 1 where a measurement lies outside what is promised. */
  run(options: Given<Defaults>): Promise<number | undefined>
}

/** Keeps the types of the options while `bench/main.ts` sees every bench alike. */
export const defineBench = <Defaults extends Options>(bench: Bench<Defaults>): Bench =>
  bench as unknown as Bench

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
