import type { TrainingCluster } from '../adapters/cluster/training-cluster.ts'
import type { TrainingProgress } from '../contracts/training-progress.ts'

/** Longest stretch of a job's output that is kept to look for its complaint, characters. */
const keptCharacters = 64 * 1024
/** What people are shown of a job that failed. */
const shownLines = 20
const shownCharacters = 500

/** Lines that a job prints for whoever follows it: `stage: ...`, `tasks: 3 of 12`, `page: http://...`. */
const told = /^(stage|tasks|page): (.+)$/

/** What a job has printed so far, read on from where the last look ended. */
export class JobOutput {
  private readonly cluster: TrainingCluster
  private readonly submissionId: string
  private offset = 0
  /** The last 64 Ki characters of it: what is left when the cluster has forgotten the job. */
  tail = ''
  /** The newest of each kind of line. */
  private told: Partial<Record<'stage' | 'tasks' | 'page', string>> = {}

  constructor(cluster: TrainingCluster, submissionId: string) {
    this.cluster = cluster
    this.submissionId = submissionId
  }

  /** Reads what is new. Output only describes: a cluster that does not hand it out stops nothing. */
  async read(): Promise<void> {
    for (;;) {
      const page = await this.cluster.output(this.submissionId, this.offset).catch(() => null)
      if (page === null || page.next === this.offset) return
      this.offset = page.next
      this.tail = (this.tail + page.text).slice(-keptCharacters)
      for (const line of page.text.split('\n')) this.#hear(line.trimEnd())
    }
  }

  #hear(line: string): void {
    const [, kind, what] = told.exec(line) ?? []
    if (kind === undefined || what === undefined) return
    // Tasks belong to their stage.
    if (kind === 'stage') delete this.told.tasks
    this.told[kind as 'stage' | 'tasks' | 'page'] = what
  }

  /** Stage, tasks and page, as far as the job has told of them. */
  get progress(): Partial<Omit<TrainingProgress, 'elapsedSeconds'>> {
    const { stage, tasks = '', page = '' } = this.told
    const [, done, of] = /^(\d+) of (\d+)$/.exec(tasks) ?? []
    return {
      ...(stage && { stage }),
      ...(done && of && { tasks: { done: Number(done), of: Number(of) } }),
      ...(/^https?:\/\//.test(page) && { page }),
    }
  }

  /** Why the job ended, in its own words; null: it said nothing. */
  get complaint(): string | null {
    return complaintIn(this.tail)
  }

  /** The end of what it printed, for people. */
  get lastLines(): string[] {
    return linesOf(this.tail)
      .slice(-shownLines)
      .map((line) => line.slice(0, shownCharacters))
  }
}

/** The last line that names a Python error or begins with `error: `, otherwise the last line that is no progress. */
export function complaintIn(output: string): string | null {
  const lines = linesOf(output)
  const named = /^[A-Za-z_][\w.]*(Error|Exception|Interrupt)(:|$)|^error: /
  const line = lines.findLast((text) => named.test(text)) ?? lines.at(-1)
  return line?.replace(/^error: /, '').slice(0, shownCharacters) ?? null
}

const linesOf = (output: string): string[] =>
  output
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line !== '' && !told.test(line))
