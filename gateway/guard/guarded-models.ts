import type pg from 'pg'
import { currentConfigVersion, settingsOf } from '../../adapters/postgres/config-versions.ts'
import {
  findGuardFit,
  findGuardRows,
  type GuardPlace,
  guardPlace,
  storeGuardFit,
} from '../../adapters/postgres/guard-fits.ts'
import { referenceInForce } from '../../adapters/postgres/references.ts'
import { championVersion } from '../../adapters/postgres/views.ts'
import { binningProblem } from '../../contracts/binning-fit.ts'
import type { ModelSettings } from '../../contracts/config.ts'
import { DriftgateError } from '../../contracts/errors.ts'
import {
  decodeSample,
  fitGuard,
  type GuardFit,
  type GuardFitInput,
  guardFitId,
  sampledRows,
} from '../../profiles/index.ts'
import { type GuardedModel, judgingOf } from './guarded-model.ts'

export interface GuardedModelsDeps {
  readonly db: pg.Pool
  readonly clock: () => number
  /** Told when what a model is judged by has changed, or why it is not judged. */
  readonly onChange: (model: GuardedModel) => void
  /** Told of a failed look when the one before went well; it is tried again. */
  readonly onTrouble: (error: unknown) => void
}

const notYet = 'its reference has not been read yet'

/**
 * The models that have a guard, as the configuration and the references in force say: looked at again and again, and
 * kept as they were while PostgreSQL does not answer.
 */
export class GuardedModels {
  readonly #deps: GuardedModelsDeps
  #models: ReadonlyMap<string, GuardedModel>
  #config = 0
  readonly #places = new Map<string, string>()
  #failing = false

  /** @param models of the configuration file, until the one in force is known. */
  constructor(models: Readonly<Record<string, ModelSettings>>, deps: GuardedModelsDeps) {
    this.#deps = deps
    this.#models = guarded(models)
  }

  /** Throws GUARD_MODEL_UNKNOWN. */
  get(name: string): GuardedModel {
    const found = this.#models.get(name)
    if (found === undefined) throw new DriftgateError('GUARD_MODEL_UNKNOWN', { model: name })
    return found
  }

  all(): readonly GuardedModel[] {
    return [...this.#models.values()]
  }

  /** Never throws. */
  async look(): Promise<void> {
    try {
      await this.#followSettings()
      for (const model of this.#models.values()) await this.#followReference(model)
      this.#failing = false
    } catch (error) {
      if (!this.#failing) this.#deps.onTrouble(error)
      this.#failing = true
    }
  }

  async #followSettings(): Promise<void> {
    const version = await currentConfigVersion(this.#deps.db)
    if (version === null || version.id === this.#config) return
    const { models } = await settingsOf(this.#deps.db, version.id)
    const before = this.#models
    this.#models = new Map(
      [...guarded(models)].map(([name, model]) => {
        const { judging = null, fit = null, reason = notYet } = before.get(name) ?? {}
        // Judged as before until it is judged anew, in this same look.
        return [name, { ...model, judging, fit, reason }]
      }),
    )
    this.#places.clear()
    this.#config = version.id
  }

  async #followReference(model: GuardedModel): Promise<void> {
    const { db, clock, onChange } = this.#deps
    const { name } = model
    const served = await championVersion(db, name)
    const place = await guardPlace(db, name, served, new Date(clock()))
    const key = `${place?.reference}`
    if (this.#places.get(name) === key) return
    const now = await judged(db, model, place, new Date(clock()))
    this.#models = new Map(this.#models).set(name, now)
    this.#places.set(name, key)
    onChange(now)
  }
}

function guarded(models: Readonly<Record<string, ModelSettings>>): Map<string, GuardedModel> {
  return new Map(
    Object.entries(models).flatMap(([name, { guard, ...rest }]) =>
      guard === undefined
        ? []
        : [
            [
              name,
              { name, settings: { ...rest, guard }, fit: null, judging: null, reason: notYet },
            ],
          ],
    ),
  )
}

/** What is wrong with a reference or its rows is said of the model; what is wrong with PostgreSQL is thrown. */
async function judged(
  db: pg.Pool,
  model: GuardedModel,
  place: GuardPlace | null,
  at: Date,
): Promise<GuardedModel> {
  const { name, settings } = model
  const unable = (reason: string): GuardedModel => ({ ...model, fit: null, judging: null, reason })
  if (place === null) return unable('it has no reference yet')
  const reference = await referenceInForce(db, name, { version: place.version, at })
  if (reference === null) return unable('it has no reference yet')
  const { binning, version, profileDigest: profile } = reference
  const problem = binningProblem(name, settings, binning)
  if (problem !== null)
    return unable(`the reference of version ${version} does not fit: ${problem}`)
  const of = { model: name, version, profile }
  const { far, rows: most } = settings.guard
  const kept = far && ((await findGuardRows(db, of)) ?? reference.sample)
  const rows = kept ? sampledRows(decodeSample(kept, most)) : null
  try {
    const { id, fit } = await fitOnce(db, of, { binning, profile, rows, far })
    const judging = judgingOf(settings, binning, fit)
    return { ...model, fit: { version, profile, id }, judging, reason: null }
  } catch (error) {
    if (error instanceof DriftgateError && error.code === 'GUARD_ROWS_TOO_FEW') {
      return unable(error.message)
    }
    throw error
  }
}

/** Whoever comes first stores it; all others find it, and would have fitted the same. */
async function fitOnce(
  db: pg.Pool,
  of: { model: string; version: string; profile: string },
  input: GuardFitInput,
): Promise<{ id: string; fit: GuardFit }> {
  const id = guardFitId(input)
  const known = await findGuardFit(db, of.model, id)
  const fit = known ?? (await storeGuardFit(db, id, of, fitGuard(input)))
  return { id, fit: fit as GuardFit }
}
