import type { FastifyInstance } from 'fastify'
import { modelParams } from '../../contracts/api.ts'
import { DriftgateError } from '../../contracts/errors.ts'
import { tracePageQuery } from '../../contracts/trace.ts'
import { appliedModel } from '../applied.ts'
import type { Cookies } from '../cookies.ts'
import type { GatewayDeps } from '../deps.ts'
import { pageHeaders } from '../pages/layout.ts'
import { type TracePage, tracePage } from '../pages/trace-page.ts'
import { mustHave } from '../people.ts'
import { traceOf } from '../traced.ts'
import { visitor } from '../visitors.ts'

/** The page on which a person looks for one prediction of a model. */
export function tracePageRoutes(app: FastifyInstance, deps: GatewayDeps, cookies: Cookies): void {
  app.get('/models/:model/predictions', async (request, reply) => {
    const session = await visitor(cookies, request, reply)
    if (session === null) return reply
    mustHave(session.person, 'viewer', 'trace a prediction')
    const { model } = modelParams.parse(request.params)
    await appliedModel(deps.db, model)
    const { id } = tracePageQuery.parse(request.query)
    const told = id === '' ? nothing : await traced(model, id, session.person)
    const { environment } = deps.settings
    const page = tracePage({ model, id, ...told }, { session, environment })
    return reply.code(told.status).headers(pageHeaders).send(page)
  })

  async function traced(
    model: string,
    prediction: string,
    person: Parameters<typeof traceOf>[1],
  ): Promise<Told> {
    try {
      const trace = await traceOf(deps, person, { model, prediction })
      return { status: 200, trace, problem: null }
    } catch (error) {
      // The form stays, with what was typed.
      if (!(error instanceof DriftgateError) || error.code !== 'PREDICTION_UNKNOWN') throw error
      const { code, message, help } = error
      return { status: error.entry.status, trace: null, problem: { code, detail: message, help } }
    }
  }
}

type Told = Pick<TracePage, 'trace' | 'problem'> & { readonly status: number }

const nothing: Told = { status: 200, trace: null, problem: null }
