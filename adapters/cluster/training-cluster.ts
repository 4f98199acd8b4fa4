/**
 * Where training jobs run. An entry is one file next to this one and one line in `index.ts`;
 * `test/adapters/cluster/contract.integration.test.ts` runs over every entry.
 *
 * What every entry promises:
 * - `submit` may start a job and then fail to say so. After any error but CLUSTER_SUBMIT_REJECTED
 *   nobody may submit the same run key again before `find` has answered `absent`.
 * - `find` answers `absent` only when no job of that run key exists on the cluster; what it cannot
 *   see is `unclear`, never `absent`.
 * - `status` never calls a job failed because the cluster cannot be asked or has forgotten it.
 * - `kill` returns once the job has ended, and for a job that is not there.
 * Errors of all methods: CLUSTER_UNREACHABLE (retryable).
 */
export interface TrainingCluster {
  /** As in `cluster.kind` of the configuration. */
  readonly kind: string
  /** The cluster's own name for the job. Also CLUSTER_SUBMIT_REJECTED: nothing was started. */
  submit(job: TrainingJob): Promise<{ submissionId: string }>
  /** Looks for a job of this run key that was submitted at `sinceMs` (Unix time) or later. */
  find(runKey: string, sinceMs: number): Promise<Found>
  status(submissionId: string): Promise<JobStatus>
  /** What the job printed, whole lines only, from a byte offset on; empty while there is none. */
  output(submissionId: string, from: number): Promise<OutputPage>
  kill(submissionId: string): Promise<void>
}

/** What a cluster is opened with beside its settings. */
export interface ClusterOptions {
  /** The secret that the settings name, read for every request; null: they name none. */
  readonly secret: (() => string) | null
  /** Longest wait for one answer, milliseconds; 15,000 unless told. */
  readonly timeoutMs?: number
}

export interface TrainingJob {
  readonly runKey: string
  /** Path of the specification, the job's only argument. */
  readonly specPath: string
  /** What must not appear in the cluster's pages and logs. */
  readonly environment?: Readonly<Record<string, string>>
}

export type Found =
  | { readonly found: 'job'; readonly submissionId: string }
  | { readonly found: 'absent' }
  /** Something is there that may be this job: ask again. */
  | { readonly found: 'unclear'; readonly reason: string }

export type JobStatus =
  | { readonly state: 'queued' }
  | { readonly state: 'running' }
  /** The cluster saw it end well; only the marker proves that it did its work. */
  | { readonly state: 'finished' }
  | { readonly state: 'failed'; readonly reason: string }
  | { readonly state: 'killed' }
  /** The cluster itself does not know at the moment: not an end. */
  | { readonly state: 'unknown'; readonly reason: string }
  /** The cluster has no memory of this job: it may have ended in any way. */
  | { readonly state: 'forgotten' }

export interface OutputPage {
  readonly text: string
  /** Byte offset to continue from. */
  readonly next: number
}
