import { randomUUID } from 'node:crypto'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DriftgateError } from '../../contracts/errors.ts'
import type { OpenInferenceSettings } from '../../contracts/rollout-targets.ts'

/**
 * A model in the model repository of MLServer: `<name>/model-settings.json`, and `<name>/<version>/` with the files of
 * each version that was ever served. Everything is replaced as a whole, whoever reads it meanwhile.
 * Errors of all methods: ROLLOUT_UNREACHABLE.
 */
export class ModelFolder {
  readonly #settings: OpenInferenceSettings
  readonly #name: string
  readonly #folder: string
  readonly #file: string

  constructor(settings: OpenInferenceSettings, name: string) {
    if (!/^\w[\w.-]*$/.test(name)) {
      const reason = 'the name of the model is no name of a folder'
      throw new DriftgateError('ROLLOUT_REJECTED', { action: `serving ${name}`, reason })
    }
    this.#settings = settings
    this.#name = name
    this.#folder = join(settings.folder, name)
    this.#file = join(this.#folder, 'model-settings.json')
  }

  /** What the server reads when it loads the model; null: nothing is there. */
  written(): Promise<string | null> {
    return this.#reached(async () => {
      try {
        return await readFile(this.#file, 'utf8')
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
        throw error
      }
    })
  }

  /** Puts files of a version there, and points the server to them for when it loads the model next. */
  async put(version: string, files: ReadonlyMap<string, Uint8Array>): Promise<void> {
    const folder = join(this.#folder, version)
    await this.#reached(async () => {
      await mkdir(folder, { recursive: true })
      for (const [file, bytes] of files) await replaceFile(join(folder, file), bytes)
    })
    await this.point(version)
  }

  /** Does nothing where it points there already. */
  async point(version: string): Promise<void> {
    const text = this.#settingsOf(version)
    if ((await this.written()) !== text) await this.restore(text)
  }

  async restore(text: string | null): Promise<void> {
    await this.#reached(() =>
      text === null ? rm(this.#file, { force: true }) : replaceFile(this.#file, text),
    )
  }

  /** `versions` is what the server says when it is asked for the model; `uri` is meant from this file. */
  #settingsOf(version: string): string {
    const { implementation, files, uri = files[0]! } = this.#settings
    const parameters = { version, uri: uri === '.' ? `./${version}` : `./${version}/${uri}` }
    return JSON.stringify({ name: this.#name, implementation, versions: [version], parameters })
  }

  async #reached<Result>(step: () => Promise<Result>): Promise<Result> {
    try {
      return await step()
    } catch (cause) {
      throw new DriftgateError('ROLLOUT_UNREACHABLE', { address: this.#folder }, { cause })
    }
  }
}

async function replaceFile(path: string, content: string | Uint8Array): Promise<void> {
  const fresh = `${path}.${randomUUID()}.new`
  await writeFile(fresh, content)
  await rename(fresh, path)
}
