import { type FileHandle, open } from 'node:fs/promises'
import { join } from 'node:path'
import type { TrainingCluster } from '../adapters/cluster/training-cluster.ts'
import type { TrainingProgress } from '../contracts/training-progress.ts'

/** Longest stretch of a job's output that is looked at for its complaint, bytes. */
const tailBytes = 64 * 1024
/** What people are shown of a job that failed. */
const shownLines = 20
const shownCharacters = 500

/** Lines that a job prints for whoever follows it: `stage: ...`, `tasks: 3 of 12`, `page: http://...`. */
const toldLine = /^(stage|tasks|page): (.+)$/

/** How far the output of a job was read, and the newest of each kind of line. */
export interface Printed {
  readonly offset: number
  readonly told: Readonly<Partial<Record<'stage' | 'tasks' | 'page', string>>>
}

/**
 * What a job has printed so far, read on from where the last look ended, by this worker or another. It is kept
 * in `output.log` beside the artefacts as it comes, since clusters forget what jobs print.
 */
export class JobOutput {
  readonly #cluster: Pick<TrainingCluster, 'output'>
  readonly #submissionId: string
  readonly #path: string
  #printed: Printed
  /** What this look read: all that there is where the folder is away. */
  #news = ''

  constructor(
    cluster: Pick<TrainingCluster, 'output'>,
    {
      submissionId,
      folder,
      printed,
    }: { submissionId: string; folder: string; printed: Printed | null },
  ) {
    this.#cluster = cluster
    this.#submissionId = submissionId
    this.#path = join(folder, 'output.log')
    this.#printed = printed ?? { offset: 0, told: {} }
  }

  /** What the next look has to know. */
  get printed(): Printed {
    return this.#printed
  }

  /** Reads what is new. Output only describes: a cluster that does not hand it out stops nothing. */
  async read(): Promise<void> {
    for (;;) {
      const { offset, told } = this.#printed
      const page = await this.#cluster.output(this.#submissionId, offset).catch(() => null)
      if (page === null || page.next === offset) return
      await this.#keep(page.text, offset)
      this.#news = (this.#news + page.text).slice(-tailBytes)
      this.#printed = { offset: page.next, told: page.text.split('\n').reduce(heard, told) }
    }
  }

  /** Stage, tasks and page, as far as the job has told of them. */
  get progress(): Partial<Omit<TrainingProgress, 'elapsedSeconds'>> {
    const { stage, tasks = '', page = '' } = this.#printed.told
    const [, done, of] = /^(\d+) of (\d+)$/.exec(tasks) ?? []
    return {
      ...(stage && { stage }),
      ...(done && of && { tasks: { done: Number(done), of: Number(of) } }),
      ...(/^https?:\/\//.test(page) && { page }),
    }
  }

  /** The end of all that it printed, whole lines. */
  async tail(): Promise<string> {
    const kept = await this.#withFile('r', async (file) => {
      const { size } = await file.stat()
      const from = Math.max(0, size - tailBytes)
      const { buffer, bytesRead } = await file.read(Buffer.alloc(tailBytes), 0, tailBytes, from)
      return buffer.toString('utf8', 0, bytesRead)
    })
    return kept ?? this.#news
  }

  /** Bytes stand where they stood in what the job printed, so that a look that is repeated changes nothing. */
  async #keep(text: string, offset: number): Promise<void> {
    const kept = await this.#withFile('r+', (file) => file.write(text, offset))
    if (kept === null) await this.#withFile('w', (file) => file.write(text, offset))
  }

  /** Null: it is not there, or the folder is away, which keeps no job from being followed. */
  async #withFile<Value>(
    flags: string,
    use: (file: FileHandle) => Promise<Value>,
  ): Promise<Value | null> {
    try {
      await using file = await open(this.#path, flags)
      return await use(file)
    } catch (error) {
      const { code = '' } = error as NodeJS.ErrnoException
      if (['ENOENT', 'EACCES', 'ENOSPC', 'EROFS', 'ESTALE'].includes(code)) return null
      throw error
    }
  }
}

/** Tasks belong to their stage. */
function heard(told: Printed['told'], line: string): Printed['told'] {
  const [, kind, what] = toldLine.exec(line.trimEnd()) ?? []
  if (kind === undefined || what === undefined) return told
  const { tasks, ...others } = told
  return { ...(kind === 'stage' ? others : told), [kind]: what }
}

/** The last line that names a Python error or begins with `error: `, otherwise the last line that is no progress. */
export function complaintIn(output: string): string | null {
  const lines = linesOf(output)
  const named = /^[A-Za-z_][\w.]*(Error|Exception|Interrupt)(:|$)|^error: /
  const line = lines.findLast((text) => named.test(text)) ?? lines.at(-1)
  return line?.replace(/^error: /, '').slice(0, shownCharacters) ?? null
}

/** The end of what a job printed, for people. */
export const lastLines = (output: string): string[] =>
  linesOf(output)
    .slice(-shownLines)
    .map((line) => line.slice(0, shownCharacters))

const linesOf = (output: string): string[] =>
  output
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line !== '' && !toldLine.test(line))
