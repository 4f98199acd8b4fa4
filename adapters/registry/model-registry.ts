/**
 * Where model versions are kept. An entry is one file next to this one and one line in `index.ts`.
 *
 * What every entry promises:
 * - `register` is idempotent by run key as long as nobody registers the same run key at the same
 *   time; the caller holds a lock on the run key.
 * - A version is visible to `find` only after all its files are stored.
 * Errors of all methods: REGISTRY_UNREACHABLE (retryable) and REGISTRY_REJECTED.
 */
export interface ModelRegistry {
  /** As in `registry.kind` of the configuration. */
  readonly kind: string
  /** The version registered for a run key; null: none. */
  find(name: string, runKey: string): Promise<string | null>
  register(candidate: NewVersion): Promise<{ version: string }>
  /** Null: there is no such version. */
  version(name: string, version: string): Promise<RegisteredVersion | null>
  setTag(name: string, version: string, key: string, value: string): Promise<void>
  /**
   * Makes an alias name a version, whatever it named before: for those who read the registry. What moves
   * traffic is a rollout target (`adapters/serving/`).
   */
  setAlias(name: string, alias: string, version: string): Promise<void>
  /** Takes an alias away if it names this version. */
  dropAlias(name: string, alias: string, version: string): Promise<void>
  /**
   * Takes a version out for good; one that is not there is left alone. Only ever asked of what drills registered.
   * Errors besides: REGISTRY_REJECTED where an alias names it.
   */
  drop(name: string, version: string): Promise<void>
  /** The bytes of one file of a version. */
  download(name: string, version: string, file: string): Promise<Uint8Array>
}

export interface NewVersion {
  readonly name: string
  readonly runKey: string
  readonly files: ReadonlyMap<string, Uint8Array>
  readonly metrics: Readonly<Record<string, number>>
  readonly tags: Readonly<Record<string, string>>
  /** All its files are stored and it is no version yet; absent: nobody wants to know. */
  readonly onStored?: () => Promise<void> | void
}

export interface RegisteredVersion {
  readonly version: string
  readonly runKey: string | null
  readonly tags: Readonly<Record<string, string>>
}
