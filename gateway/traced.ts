import type { Person } from '../adapters/identity/index.ts'
import { listErasures } from '../adapters/postgres/erasures.ts'
import { tracedLabels } from '../adapters/postgres/traced-labels.ts'
import { tracedPredictions } from '../adapters/postgres/traced-predictions.ts'
import { keepsRows } from '../contracts/data-settings.ts'
import { DriftgateError } from '../contracts/errors.ts'
import { predictionRate } from '../contracts/label-settings.ts'
import type { TraceAnswer, TracedPrediction } from '../contracts/trace.ts'
import { sha256, storedId } from '../profiles/index.ts'
import { appliedModel } from './applied.ts'
import type { GatewayDeps } from './deps.ts'
import { tracedInput } from './traced-input.ts'

/** Of more rows under one id than this the input is not looked up. */
const mostInputs = 5

/**
 * What is known of a prediction. What it was asked is shown to operators alone: it is a record. Errors: MODEL_UNKNOWN,
 * PREDICTION_UNKNOWN.
 */
export async function traceOf(
  deps: Pick<GatewayDeps, 'db' | 'openLog'>,
  person: Pick<Person, 'roles'>,
  { model, prediction }: { readonly model: string; readonly prediction: string },
): Promise<TraceAnswer> {
  const { db } = deps
  const { labels, data } = await appliedModel(db, model)
  const rows = await tracedPredictions(db, model, storedId(prediction))
  if (rows.length === 0) {
    const [erased] = await listErasures(db, model, { digest: sha256(prediction) })
    const reason = erased
      ? `it was erased on ${erased.askedAt.slice(0, 10)}, by erasure ${erased.number}`
      : keptOf(predictionRate(labels), keepsRows({ data }))
    throw new DriftgateError('PREDICTION_UNKNOWN', { model, prediction, reason })
  }
  const may = person.roles.includes('operator')
  const traced: TracedPrediction[] = []
  for (const [index, row] of rows.entries()) {
    const told =
      may && index < mostInputs
        ? await tracedInput(deps, prediction, row)
        : { input: null, inputAbsent: may ? null : 'what was asked is for operators' }
    traced.push({ ...row, ...told })
  }
  const said = await tracedLabels(db, model, storedId(prediction))
  return { schema: 'driftgate-trace/1', model, prediction, rows: traced, labels: said }
}

function keptOf(rate: number | null, rows: boolean): string {
  if (!rows) return 'the model lets no row of any be kept (data.rows: never)'
  if (rate === null) return 'the model has no labels, so no row is kept of any'
  if (rate === 1) return 'it was not read yet, or its time is over'
  return `of its ids ${Number((rate * 100).toPrecision(3))} % are kept, by their hash`
}
