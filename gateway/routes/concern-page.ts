import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Person } from '../../adapters/identity/index.ts'
import { resultOf } from '../../adapters/temporal/messages.ts'
import { absorbRequest, absorbResult } from '../../contracts/absorb.ts'
import { retrainBody } from '../../contracts/api.ts'
import { DriftgateError } from '../../contracts/errors.ts'
import { pathOfConcern } from '../../reports/concern-words.ts'
import { askingTemporal } from '../ask-temporal.ts'
import { askAbsorb, askRetraining } from '../ask-work.ts'
import { acknowledge, concernOf, idOf } from '../concerns.ts'
import type { Cookies, Said } from '../cookies.ts'
import type { GatewayDeps } from '../deps.ts'
import { concernPage } from '../pages/concern-page.ts'
import { pageHeaders } from '../pages/layout.ts'
import { mustHave } from '../people.ts'
import { shownConcern } from '../shown-concerns.ts'
import { refusedForm, senderOf, takeSaid, triedForm, visitor } from '../visitors.ts'

/** Merging a few windows takes less; a long range goes on without whoever asked. */
const patienceMs = 8_000

/** What a form does: in the name of the person, by the same code as the HTTP interface. */
type Act = (
  deps: GatewayDeps,
  person: Person,
  id: string,
  form: Readonly<Record<string, unknown>>,
) => Promise<NonNullable<Said['done']>>

const acts: Readonly<Record<string, Act>> = {
  acknowledge: async (deps, person, id) => acknowledge(deps, person, id),
  async retrain(deps, person, id, form) {
    const { model } = await concernOf(deps.db, id)
    await askRetraining(deps, person, model, retrainBody.parse(form))
    return { outcome: 'ASKED', sentence: 'the steward has it; what it does with it stands here' }
  },
  async absorb(deps, person, id, form) {
    const { model } = await concernOf(deps.db, id)
    const { id: run } = await askAbsorb(deps, person, model, absorbRequest.parse(form))
    const ended = askingTemporal(deps)(() => resultOf(deps.temporal, run))
    const result = await Promise.race([ended, pause(patienceMs, null, { ref: false })])
    // Whoever closes the page before it has ended hears of a refusal no more than `driftgate absorb` would.
    ended.catch(() => {})
    const release = result === null ? null : absorbResult.parse(result).release
    return release === null
      ? { outcome: 'ASKED', sentence: 'windows are merged; then it waits at the gate for others' }
      : { outcome: 'PROPOSED', sentence: `release ${release} waits at the gate for others` }
  },
}

/** The page of an incident or of a notice: look at it, take care of it, ask for what mends it. */
export function concernPageRoutes(app: FastifyInstance, deps: GatewayDeps, cookies: Cookies): void {
  const { settings } = deps

  for (const kind of ['incidents', 'notices']) {
    app.get(`/${kind}/:model/:kind/:start`, show)
    app.get(`/${kind}/:model/:kind/:start/:verb`, back)
    app.post(`/${kind}/:model/:kind/:start/:verb`, act)
  }

  async function show(request: FastifyRequest, reply: FastifyReply) {
    const session = await visitor(cookies, request, reply)
    if (session === null) return reply
    mustHave(session.person, 'viewer', 'look at incidents')
    const shown = await shownConcern(deps, idOf(request.params))
    const said = await takeSaid(cookies, request, reply, pathOfConcern(shown.concern))
    const page = concernPage({ ...shown, session, said, ask: randomUUID() })
    return reply.headers(pageHeaders).send(page)
  }

  /** A form that was refused is shown under the address that it was sent to. */
  async function back(request: FastifyRequest, reply: FastifyReply) {
    const session = await visitor(cookies, request, reply)
    if (session === null) return reply
    mustHave(session.person, 'viewer', 'look at incidents')
    return reply.redirect(pathOfConcern(await concernOf(deps.db, idOf(request.params))), 303)
  }

  async function act(request: FastifyRequest, reply: FastifyReply) {
    const session = await senderOf(cookies, request, settings.gateway.url, 'nothing was asked')
    const { person } = session
    const { verb } = request.params as { verb: string }
    const chosen = Object.hasOwn(acts, verb) ? acts[verb] : undefined
    if (chosen === undefined) throw new DriftgateError('ROUTE_UNKNOWN', { path: request.url })
    const id = idOf(request.params)
    const place = pathOfConcern(await concernOf(deps.db, id))
    const { csrf: _, ...form } = request.body as Record<string, unknown>
    const of = { place, person: person.subject }
    const { done, error } = await triedForm(request, of, () => chosen(deps, person, id, form))
    if (error === null) {
      await cookies.said.set(reply, { place, done, problem: null, typed: '' })
      // Loading the page again must not send the form again.
      return reply.redirect(place, 303)
    }
    // Nothing typed is lost. What may have been asked for all the same is named as before, so that it is asked for once.
    const typed = Object.fromEntries(Object.entries(form).map(([name, text]) => [name, `${text}`]))
    const ask = error.entry.retryable && typed['ask'] ? typed['ask'] : randomUUID()
    const said = refusedForm(place, error)
    const shown = await shownConcern(deps, id)
    const page = concernPage({ ...shown, session, said, ask, refused: { verb, typed } })
    return reply.code(error.entry.status).headers(pageHeaders).send(page)
  }
}
