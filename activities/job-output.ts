import type { TrainingCluster } from '../adapters/cluster/training-cluster.ts'

/** Longest stretch of a job's output that is kept to look for its complaint, characters. */
const keptCharacters = 64 * 1024

/** What a job has printed so far, read on from where the last look ended. */
export class JobOutput {
  private readonly cluster: TrainingCluster
  private readonly submissionId: string
  private offset = 0
  private tail = ''
  /** The newest line `stage: ...`, without the word. */
  stage: string | null = null

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
      this.stage = [...page.text.matchAll(/^stage: (.+)$/gm)].at(-1)?.[1]?.trim() ?? this.stage
    }
  }

  /** Why the job ended, in its own words; null: it said nothing. */
  get complaint(): string | null {
    return complaintIn(this.tail)
  }
}

/** The last line that names a Python error or begins with `error: `, otherwise the last line that is no stage. */
export function complaintIn(output: string): string | null {
  const lines = output
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line !== '' && !line.startsWith('stage: '))
  const named = /^[A-Za-z_][\w.]*(Error|Exception|Interrupt)(:|$)|^error: /
  const line = lines.findLast((text) => named.test(text)) ?? lines.at(-1)
  return line?.replace(/^error: /, '').slice(0, 500) ?? null
}
