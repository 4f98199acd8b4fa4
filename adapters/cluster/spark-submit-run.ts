import { mkdir, readdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { parsedJson } from '../../contracts/parsed-json.ts'
import { folderStore } from '../objects/folder.ts'
import type { ObjectStore } from '../objects/object-store.ts'

/**
 * What is known of one job that `spark-submit` runs: a few small files in a folder of its run key, written by
 * its keeper (`spark-submit-keeper.ts`) and read by whoever asks, on any machine that sees the folder.
 */
const claimSchema = z.object({
  /** See `this-machine.ts`. */
  machine: z.string(),
  /** When it was asked for, Unix time in ms by the clock of its machine. */
  at: z.number(),
})
export type Claim = z.infer<typeof claimSchema>

const processSchema = z.object({ pid: z.number().int().positive(), startedAt: z.string() })
/** The group of processes that the job is; a pid alone is given out again. */
export type JobProcess = z.infer<typeof processSchema>

const endSchema = z.discriminatedUnion('state', [
  z.object({ state: z.enum(['finished', 'killed']) }),
  z.object({ state: z.literal('failed'), reason: z.string() }),
])
export type RunEnd = z.infer<typeof endSchema>

/** A run key is the name of a folder. */
export const runKeyForm = /^[A-Za-z0-9-]{1,100}$/

/** Files of one run. All are created whole; none is changed but `pulse`. */
export class RunFiles {
  readonly path: string
  readonly #store: ObjectStore

  constructor(folder: string, runKey: string) {
    this.path = join(folder, runKey)
    this.#store = folderStore(this.path)
  }

  get stdout(): string {
    return join(this.path, 'stdout')
  }

  get stderr(): string {
    return join(this.path, 'stderr')
  }

  make = (): Promise<unknown> => mkdir(this.path, { recursive: true })

  /** The first keeper of a run key is its only one. False: there is one. */
  claim = (claim: Claim): Promise<boolean> => this.#create('claim.json', claim)
  claimed = (): Promise<Claim | null> => this.#read('claim.json', claimSchema)

  began = (job: JobProcess): Promise<boolean> => this.#create('process.json', job)
  process = (): Promise<JobProcess | null> => this.#read('process.json', processSchema)

  end = (end: RunEnd): Promise<boolean> => this.#create('end.json', end)
  ended = (): Promise<RunEnd | null> => this.#read('end.json', endSchema)

  askToEnd = (): Promise<boolean> => this.#create('kill.json', {})
  isAskedToEnd = async (): Promise<boolean> =>
    (await this.#read('kill.json', z.object({}))) !== null

  /** Another number each time, so that whoever looks needs no clock of another machine. */
  async beat(count: number): Promise<void> {
    const part = join(this.path, '.pulse')
    await writeFile(part, String(count))
    await rename(part, join(this.path, 'pulse'))
  }
  pulse = (): Promise<string | null> => this.#text('pulse')

  /** False: there is one. */
  #create = async (name: string, value: object): Promise<boolean> =>
    (await this.#store.create(name, Buffer.from(JSON.stringify(value)))) === 'created'

  async #read<Value>(name: string, schema: z.ZodType<Value>): Promise<Value | null> {
    const text = await this.#text(name)
    return text === null ? null : schema.parse(parsedJson(text))
  }

  async #text(name: string): Promise<string | null> {
    const bytes = await this.#store.read(name)
    return bytes && Buffer.from(bytes).toString()
  }
}

/** Names of the folders of all run keys. Throws where the folder itself cannot be read. */
export const runKeysIn = async (folder: string): Promise<string[]> =>
  (await readdir(folder)).filter((name) => runKeyForm.test(name))
