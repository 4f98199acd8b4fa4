import { checkParity } from '../../activities/artefacts.ts'
import type { ModelRegistry } from '../../adapters/registry/model-registry.ts'
import type { RolloutTarget } from '../../adapters/serving/rollout-target.ts'
import { type PortableModel, parseModel } from '../../statistics/portable-model.ts'

export interface LoadedModel {
  readonly version: string
  readonly trees: PortableModel
}

export interface FollowerDeps {
  readonly registry: Pick<ModelRegistry, 'download'>
  readonly rollout: Pick<RolloutTarget, 'read'>
  readonly say: (text: string) => void
}

/** Versions kept ready beside the one served, for requests that name a version. */
const keptVersions = 4

/**
 * Serves the version that an alias names. A version that cannot be loaded, or whose model does not give the
 * probabilities of its parity file, is refused: the one before keeps serving, and `refused` says why.
 */
export class AliasFollower {
  served: LoadedModel | null = null
  refused: { readonly version: string; readonly reason: string } | null = null
  /** Why the registry was not readable at the last look. */
  unreachable: string | null = null
  readonly #loaded = new Map<string, Promise<LoadedModel>>()
  readonly #place: { readonly name: string; readonly alias: string }
  readonly #deps: FollowerDeps

  constructor(registered: string, alias: string, deps: FollowerDeps) {
    this.#place = { name: registered, alias }
    this.#deps = deps
  }

  /** Looks once where the alias points and moves there. Never throws: trouble is said and tried again. */
  async follow(): Promise<void> {
    let version: string | null
    try {
      version = (await this.#deps.rollout.read(this.#place)).version
      this.#noteUnreachable(null)
    } catch (error) {
      this.#noteUnreachable(messageOf(error))
      return
    }
    if (version === null || version === this.served?.version) {
      this.refused = null
      return
    }
    await this.#moveTo(version)
  }

  /** That version, loaded when it is not yet. Throws what loading throws. */
  version(version: string): Promise<LoadedModel> {
    if (this.served?.version === version) return Promise.resolve(this.served)
    const known = this.#loaded.get(version)
    if (known !== undefined) return known
    const loading = this.#load(version)
    this.#loaded.set(version, loading)
    loading.catch(() => this.#loaded.delete(version))
    const oldest = this.#loaded.keys().next().value
    if (this.#loaded.size > keptVersions && oldest !== undefined) this.#loaded.delete(oldest)
    return loading
  }

  async #moveTo(version: string): Promise<void> {
    try {
      const before = this.served
      this.served = await this.version(version)
      this.refused = null
      this.#deps.say(`serves version ${version}${before ? `, before ${before.version}` : ''}`)
    } catch (error) {
      const reason = messageOf(error)
      if (this.refused?.version !== version || this.refused.reason !== reason) {
        this.#deps.say(`refuses version ${version}: ${reason}`)
      }
      this.refused = { version, reason }
    }
  }

  async #load(version: string): Promise<LoadedModel> {
    const download = (file: string) => this.#deps.registry.download(this.#place.name, version, file)
    const [model, parity] = await Promise.all([download('model.json'), download('parity.json')])
    checkParity(`${this.#place.name}, version ${version}`, model, parity)
    return { version, trees: parseModel(JSON.parse(new TextDecoder().decode(model))) }
  }

  #noteUnreachable(reason: string | null): void {
    if (reason !== null && this.unreachable === null) this.#deps.say(`cannot follow: ${reason}`)
    if (reason === null && this.unreachable !== null) this.#deps.say('follows again')
    this.unreachable = reason
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : `${error}`)
