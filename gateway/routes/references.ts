import type { FastifyInstance } from 'fastify'
import { insertGuardRows } from '../../adapters/postgres/guard-fits.ts'
import { transaction } from '../../adapters/postgres/pool.ts'
import {
  insertReference,
  listReferences,
  lockReferences,
  referenceInForce,
} from '../../adapters/postgres/references.ts'
import { modelParams } from '../../contracts/api.ts'
import type { Binning } from '../../contracts/binning.ts'
import { binningProblem } from '../../contracts/binning-fit.ts'
import { keepsSamples } from '../../contracts/data-settings.ts'
import { DriftgateError } from '../../contracts/errors.ts'
import { trainingReference } from '../../contracts/prediction.ts'
import {
  type ReferenceAnswer,
  type ReferencesAnswer,
  referenceUpload,
} from '../../contracts/reference-upload.ts'
import { binningDigest, decodeProfile, decodeSample, profileDigest } from '../../profiles/index.ts'
import { appliedModel } from '../applied.ts'
import type { GatewayDeps } from '../deps.ts'
import { withoutErased } from '../erased.ts'
import { requirePerson } from '../people.ts'

/** A thousand features with their segments: far above what profiles come to. */
const mostBytes = 256 << 20

/** Rows of one's own as the reference of a version that was trained elsewhere. */
export function referenceRoutes(app: FastifyInstance, deps: GatewayDeps): void {
  const { db, identity } = deps
  const options = { bodyLimit: mostBytes }

  app.get('/models/:model/references', async (request): Promise<ReferencesAnswer> => {
    await requirePerson(identity, request, 'viewer', 'look at references')
    const { model } = modelParams.parse(request.params)
    await appliedModel(db, model)
    const newest = await referenceInForce(db, model)
    return {
      ...{ schema: 'driftgate-references/1', model },
      references: await listReferences(db, model),
      binning: newest?.binning ?? null,
    }
  })

  app.post('/models/:model/references', options, async (request): Promise<ReferenceAnswer> => {
    const person = await requirePerson(identity, request, 'operator', 'give a reference')
    const { model } = modelParams.parse(request.params)
    const settings = await appliedModel(db, model)
    const { version, binning, source, ...upload } = referenceUpload.parse(request.body)
    const reason = binningProblem(model, settings, binning)
    if (reason !== null) throw new DriftgateError('REFERENCE_UNFIT', { model, reason })
    const read = (text: string) => readProfile(model, text, binning)
    const all = read(upload.profile)
    const segments = Object.entries(upload.segments).map(([name, text]) => ({
      name,
      ...read(text),
    }))
    const common = {
      ...{ model, name: trainingReference, version },
      ...{ binning, binningDigest: binningDigest(binning) },
      origin: { person: person.subject, ...source, at: new Date(deps.clock()).toISOString() },
    }
    const sample = keepsSamples(settings) ? readSample(model, upload.sample) : null
    const guardRows = settings.guard?.far ? readSample(model, upload.guardRows) : null
    const changed = await transaction(db, async (client) => {
      await lockReferences(client)
      const before = await referenceInForce(client, model, { version })
      if (before?.profileDigest === all.digest) return false
      if (before !== null) throw new DriftgateError('REFERENCE_EXISTS', { model, version })
      for (const { name, bytes, digest, rows } of segments) {
        const own = { ...common, profile: bytes, profileDigest: digest }
        await insertReference(client, own, rows, name)
      }
      const left = await withoutErased(client, model, sample)
      const whole = { ...common, profile: all.bytes, profileDigest: all.digest, sample: left }
      await insertReference(client, whole, all.rows)
      if (guardRows !== null) {
        const of = { model, version, profile: all.digest }
        const { rows: most } = settings.guard ?? { rows: 0 }
        await insertGuardRows(client, of, guardRows, Math.min(most, all.rows))
      }
      return true
    })
    return {
      schema: 'driftgate-reference/1',
      ...{ model, version, rows: all.rows, profile: all.digest },
      ...{ binning: common.binningDigest, changed },
    }
  })
}

function readProfile(model: string, text: string, binning: Binning) {
  const bytes = Buffer.from(text, 'base64')
  try {
    return { bytes, digest: profileDigest(bytes), rows: decodeProfile(bytes, binning).rows }
  } catch (cause) {
    const reason = `a profile cannot be read: ${(cause as Error).message}`
    throw new DriftgateError('REFERENCE_UNFIT', { model, reason }, { cause })
  }
}

function readSample(model: string, text: string | null): Uint8Array | null {
  if (text === null) return null
  const bytes = Buffer.from(text, 'base64')
  try {
    decodeSample(bytes)
    return bytes
  } catch (cause) {
    const reason = 'its sample of rows cannot be read'
    throw new DriftgateError('REFERENCE_UNFIT', { model, reason }, { cause })
  }
}
