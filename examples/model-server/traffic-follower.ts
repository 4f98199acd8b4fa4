import { checkParity } from '../../activities/artefacts.ts'
import type { ModelRegistry } from '../../adapters/registry/model-registry.ts'
import type { RolloutTarget } from '../../adapters/serving/rollout-target.ts'
import { allTo, sameTraffic, type Traffic, trafficInWords } from '../../contracts/traffic.ts'
import { type PortableModel, parseModel } from '../../statistics/portable-model.ts'
import { placeOfKey } from './place-of-key.ts'

export interface LoadedModel {
  readonly version: string
  readonly trees: PortableModel
}

export interface FollowerDeps {
  readonly registry: Pick<ModelRegistry, 'download'>
  readonly rollout: Pick<RolloutTarget, 'read'>
  readonly say: (text: string) => void
  /** Absent: nowhere to log what a shadow answers, so there is none. */
  readonly shadowTopic?: string | undefined
  /** From 0 up to 1; chance unless told. */
  readonly random?: () => number
}

export interface Refused {
  readonly version: string
  readonly reason: string
}

/** Versions kept ready beside those in place, for requests that name a version. */
const keptVersions = 4

/**
 * Serves the versions that a rollout target names, and shares requests between them as it says. A version that cannot
 * be loaded, or whose model does not give the probabilities of its parity file, is refused, and `refused` says why: in
 * place of a stable one the state before stays as it is, and what another one would have got the stable one answers.
 */
export class TrafficFollower {
  /** The stable version. */
  served: LoadedModel | null = null
  canary: { readonly model: LoadedModel; readonly percent: number } | null = null
  shadow: LoadedModel | null = null
  refused: readonly Refused[] = []
  /** Why the registry was not readable at the last look. */
  unreachable: string | null = null
  readonly #loaded = new Map<string, Promise<LoadedModel>>()
  readonly #place: { readonly name: string; readonly alias: string }
  readonly #deps: FollowerDeps

  constructor(registered: string, alias: string, deps: FollowerDeps) {
    this.#place = { name: registered, alias }
    this.#deps = deps
  }

  /** What is in place here, which may be behind what the target says. */
  get traffic(): Traffic {
    return {
      stable: this.served?.version ?? null,
      canary: this.canary && {
        version: this.canary.model.version,
        percent: this.canary.percent,
      },
      shadow: this.shadow?.version ?? null,
    }
  }

  /** Looks once what the target says and goes there. Never throws: trouble is said and tried again. */
  async follow(): Promise<void> {
    let traffic: Traffic
    try {
      traffic = (await this.#deps.rollout.read(this.#place)).traffic
      this.#noteUnreachable(null)
    } catch (error) {
      this.#noteUnreachable(messageOf(error))
      return
    }
    if (traffic.stable === null || sameTraffic(traffic, this.traffic)) {
      this.refused = []
      return
    }
    await this.#goTo(traffic.stable, traffic)
  }

  /** Who answers a request; the same one for the same key as long as its share does not shrink. Null: nobody yet. */
  choose(key?: string): LoadedModel | null {
    const { served, canary } = this
    if (served === null || canary === null) return served
    const { random = Math.random } = this.#deps
    const place = key === undefined ? random() : placeOfKey(`${canary.model.version}/${key}`)
    return place * 100 < canary.percent ? canary.model : served
  }

  /** That version, loaded when it is not yet. Throws what loading throws. */
  version(version: string): Promise<LoadedModel> {
    const inPlace = [this.served, this.canary?.model, this.shadow]
    const found = inPlace.find((model) => model?.version === version)
    if (found) return Promise.resolve(found)
    const known = this.#loaded.get(version)
    if (known !== undefined) return known
    const loading = this.#load(version)
    this.#loaded.set(version, loading)
    loading.catch(() => this.#loaded.delete(version))
    const oldest = this.#loaded.keys().next().value
    if (this.#loaded.size > keptVersions && oldest !== undefined) this.#loaded.delete(oldest)
    return loading
  }

  async #goTo(version: string, { canary, shadow }: Traffic): Promise<void> {
    const refused: Refused[] = []
    const load = async (wanted: string): Promise<LoadedModel | null> => {
      try {
        return await this.version(wanted)
      } catch (error) {
        refused.push({ version: wanted, reason: messageOf(error) })
        return null
      }
    }
    const stable = await load(version)
    const share = stable && canary ? await load(canary.version) : null
    const copied = stable && shadow !== null ? await this.#shadowOf(shadow, load, refused) : null
    if (stable !== null) {
      const before = this.traffic
      this.served = stable
      this.canary = share && canary && { model: share, percent: canary.percent }
      this.shadow = copied
      this.#sayChange(before)
    } else if (this.served !== null) {
      this.canary = null
      this.shadow = null
    }
    this.#sayRefused(refused)
  }

  async #shadowOf(
    version: string,
    load: (version: string) => Promise<LoadedModel | null>,
    refused: Refused[],
  ): Promise<LoadedModel | null> {
    if (this.#deps.shadowTopic !== undefined) return load(version)
    refused.push({ version, reason: 'no topic is given for the answers of a shadow' })
    return null
  }

  #sayChange(before: Traffic): void {
    if (sameTraffic(before, this.traffic)) return
    const since = sameTraffic(before, allTo(null)) ? '' : `, before ${trafficInWords(before)}`
    this.#deps.say(`serves ${trafficInWords(this.traffic)}${since}`)
  }

  #sayRefused(refused: readonly Refused[]): void {
    const known = new Set(this.refused.map(({ version, reason }) => `${version}: ${reason}`))
    for (const { version, reason } of refused) {
      if (!known.has(`${version}: ${reason}`)) {
        this.#deps.say(`refuses version ${version}: ${reason}`)
      }
    }
    this.refused = refused
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
