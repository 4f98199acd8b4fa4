import type { FastifyInstance } from 'fastify'
import { erasedSince } from '../../adapters/postgres/erasures.ts'
import { rulesInForce } from '../../adapters/postgres/gate-policies.ts'
import { listIncidents } from '../../adapters/postgres/incidents.ts'
import { liftedSince } from '../../adapters/postgres/kept-windows.ts'
import { pendingPolicies } from '../../adapters/postgres/pending-policies.ts'
import { referenceInForce } from '../../adapters/postgres/references.ts'
import { listReleases } from '../../adapters/postgres/releases.ts'
import { listDecisions } from '../../adapters/postgres/retraining-decisions.ts'
import { listRetrainings, type Retraining } from '../../adapters/postgres/retrainings.ts'
import { lastLook } from '../../adapters/postgres/second-looks.ts'
import { findSteward } from '../../adapters/postgres/stewards.ts'
import { findVerdict, listVerdicts } from '../../adapters/postgres/verdicts.ts'
import {
  championVersion,
  listHistory,
  listVerdictSummaries,
} from '../../adapters/postgres/views.ts'
import { retrainingProgress } from '../../adapters/temporal/retraining-progress.ts'
import {
  historyQuery,
  type ModelView,
  modelParams,
  verdictParams,
  verdictQuery,
  verdictsQuery,
} from '../../contracts/api.ts'
import { DriftgateError } from '../../contracts/errors.ts'
import { incidentKind } from '../../contracts/incident.ts'
import { absorbed } from '../../contracts/reference-upload.ts'
import { subjectOf } from '../../contracts/release.ts'
import type { StewardState } from '../../contracts/steward.ts'
import { refreshRule } from '../../policies/governor-refresh.ts'
import { appliedModel, appliedModels, settingsInForce } from '../applied.ts'
import type { GatewayDeps } from '../deps.ts'
import { guardedIn } from '../guarded.ts'
import { requirePerson } from '../people.ts'
import { readinessOf } from '../readiness-of.ts'

/** What is known of models: for everyone with a role. */
export function modelRoutes(app: FastifyInstance, deps: GatewayDeps): void {
  const { db, identity } = deps
  app.addHook('onRequest', async (request) => {
    await requirePerson(identity, request, 'viewer', 'look at models')
  })

  app.get('/models', async () => {
    const models = await appliedModels(db)
    const views = await Promise.all(Object.keys(models).map((model) => viewOf(deps, model)))
    return { schema: 'driftgate-models/1', models: views }
  })

  app.get('/models/:model', async (request) =>
    viewOf(deps, modelParams.parse(request.params).model),
  )

  app.get('/models/:model/verdicts', async (request) => {
    const { model } = modelParams.parse(request.params)
    const { since } = verdictsQuery.parse(request.query)
    await appliedModel(db, model)
    const verdicts = await listVerdictSummaries(db, model, since ? { since: new Date(since) } : {})
    return { schema: 'driftgate-verdicts/1', verdicts }
  })

  app.get('/models/:model/verdicts/:verdict', async (request) => {
    const { model, verdict } = verdictParams.parse(request.params)
    const { again } = verdictQuery.parse(request.query)
    await appliedModel(db, model)
    const found =
      verdict === 'latest'
        ? (await listVerdicts(db, model, 1))[0]
        : await findVerdict(db, model, startOf(model, verdict))
    if (!found) throw new DriftgateError('VERDICT_UNKNOWN', { model, verdict })
    const start = new Date(found.window.start)
    const lifted = await liftedSince(db, model, start)
    const erased = await erasedSince(db, model, start)
    const guarded = await guardedIn(db, model, found.window)
    const kept = {
      ...(lifted && { notRecomputableSince: lifted.toISOString() }),
      ...(erased && { rowsErasedSince: erased.toISOString() }),
      ...(guarded && { guarded }),
    }
    const look = await lastLook(db, model, start)
    if (again) {
      if (look === null) throw new DriftgateError('VERDICT_ONLY_ONE', { model, verdict })
      return { ...look.report, ...kept }
    }
    if (look === null) return { ...found, ...kept }
    const { report, judgedAt } = look
    const told = {
      verdict: report.verdict,
      good: report.rows.good,
      judgedAt: judgedAt.toISOString(),
    }
    return { ...found, ...kept, again: told }
  })

  app.get('/models/:model/history', async (request) => {
    const { model } = modelParams.parse(request.params)
    const { until } = historyQuery.parse(request.query)
    await appliedModel(db, model)
    const windows = await listHistory(db, model, until === undefined ? null : new Date(until))
    return { schema: 'driftgate-history/1', windows }
  })

  app.get('/models/:model/incidents', async (request) => {
    const { model } = modelParams.parse(request.params)
    await appliedModel(db, model)
    return { schema: 'driftgate-incidents/1', incidents: await listIncidents(db, model) }
  })

  app.get('/models/:model/retrainings', async (request) => {
    const { model } = modelParams.parse(request.params)
    await appliedModel(db, model)
    const [retrainings, decisions] = await Promise.all([
      listRetrainings(db, model),
      listDecisions(db, model),
    ])
    return {
      schema: 'driftgate-retrainings/1',
      retrainings: retrainings.map((each) => ({
        runKey: each.runKey,
        state: each.state,
        requestedBy: each.requestedBy,
        reason: each.reason,
        submissionId: each.submissionId,
        preparedAt: each.preparedAt.toISOString(),
        endedAt: each.endedAt?.toISOString() ?? null,
        result: each.result,
        lastLines: [...each.lastLines],
      })),
      decisions: decisions.map((each) => ({ ...each, at: each.at.toISOString() })),
    }
  })
}

async function viewOf(deps: GatewayDeps, model: string): Promise<ModelView> {
  const { db, temporal } = deps
  const own = await appliedModel(db, model)
  const settings = await settingsInForce(db)
  const rules = settings && (await rulesInForce(db, settings, model))
  const [policy = null] = settings === null ? [] : await pendingPolicies(db, settings, model)
  const [verdicts, incidents, retrainings, releases, champion, reference, life] = await Promise.all(
    [
      listVerdictSummaries(db, model, { limit: 1 }),
      listIncidents(db, model, incidentKind.options.length),
      listRetrainings(db, model, 1),
      listReleases(db, { model }, 10),
      championVersion(db, model),
      referenceInForce(db, model),
      findSteward(db, model),
    ],
  )
  const [retraining] = retrainings
  const [incident, ...others] = incidents.filter(({ state }) => state === 'open')
  // A version and a reference may be asked for at once: what waits for a person comes first.
  const release = releases.find(({ state }) => state === 'waiting') ?? releases[0]
  const origin = absorbed(reference?.origin)
  return {
    model,
    critical: rules?.critical ?? false,
    owners: rules?.owners ?? [],
    onCall: settings?.models[model]?.onCall ?? null,
    champion,
    absorbed:
      origin && reference?.windowsFrom
        ? { ...origin, windowsFrom: reference.windowsFrom.toISOString() }
        : null,
    verdict: verdicts[0] ?? null,
    incident: incident ?? null,
    alsoOpen: others.map(({ kind }) => kind),
    wish: life && wishOf(life),
    retraining: retraining ? await shownRetraining(temporal, retraining) : null,
    release: release
      ? {
          release: release.release,
          state: release.state,
          subject: subjectOf(release.evidence),
          candidate: release.candidateVersion,
          expiresAt: release.expiresAt.toISOString(),
        }
      : null,
    policy,
    readiness: await readinessOf(deps, model, own),
  }
}

async function shownRetraining(
  temporal: GatewayDeps['temporal'],
  { model, runKey, state, ...each }: Retraining,
): Promise<ModelView['retraining']> {
  const now = each.endedAt === null ? await retrainingProgress(temporal, model, runKey) : null
  return {
    ...{ runKey, state },
    since: (each.endedAt ?? each.startedAt ?? each.preparedAt).toISOString(),
    stage: now?.stage ?? null,
    tasks: now?.tasks ?? null,
    page: now?.page ?? null,
    result: each.result,
    lastLines: [...each.lastLines],
  }
}

function wishOf({ wanted, refresh }: StewardState): ModelView['wish'] {
  if (wanted !== null) {
    const { requestedBy, reason, parked, labels, needed } = wanted
    const waits = parked?.reason ?? `waiting for labels: ${labels} of ${needed}`
    return { requestedBy, reason, waits, until: parked?.until ?? null }
  }
  if (refresh === null) return null
  return { requestedBy: [refreshRule], reason: 'a refresh is due', waits: refresh, until: null }
}

/** An id of a verdict is the start of its window, alone or after the scan's own name. */
function startOf(model: string, verdict: string): Date {
  const start = new Date(verdict.slice(verdict.lastIndexOf('/') + 1))
  if (Number.isNaN(start.getTime())) throw new DriftgateError('VERDICT_UNKNOWN', { model, verdict })
  return start
}
