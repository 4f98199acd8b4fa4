import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Person } from '../../adapters/identity/index.ts'
import { incidentsOfRelease, openIncidents } from '../../adapters/postgres/incidents.ts'
import { openNotices } from '../../adapters/postgres/notices.ts'
import { findRelease, hasEnded } from '../../adapters/postgres/releases.ts'
import { decisionRequest } from '../../contracts/api.ts'
import { DriftgateError } from '../../contracts/errors.ts'
import type { Outcome } from '../../contracts/release.ts'
import { reviewRequest } from '../../contracts/review.ts'
import { orderRequest } from '../../contracts/rollout.ts'
import { settingsInForce } from '../applied.ts'
import type { Cookies } from '../cookies.ts'
import { decideRelease } from '../decide.ts'
import type { GatewayDeps } from '../deps.ts'
import { heldRetrainings } from '../held-retrainings.ts'
import { orderRelease } from '../order.ts'
import { homePage } from '../pages/home-page.ts'
import { pageHeaders } from '../pages/layout.ts'
import { releasePage } from '../pages/release-page.ts'
import { mustHave } from '../people.ts'
import { readinessNow, readinessOfAll } from '../readiness-of.ts'
import { receivedRights } from '../received-rights.ts'
import { reviewRelease } from '../review.ts'
import { shownPolicies, shownRelease, shownReleases } from '../shown-releases.ts'
import { saidOf, senderOf, takeSaid, visitor } from '../visitors.ts'
import { nameOf } from './releases.ts'

/** The page of a release: look at the evidence, answer, see what the answer did. */
export function releasePageRoutes(app: FastifyInstance, deps: GatewayDeps, cookies: Cookies): void {
  const { db, settings, clock } = deps

  app.get('/', async (request, reply) => {
    const session = await visitor(cookies, request, reply)
    if (session === null) return reply
    mustHave(session.person, 'viewer', 'look at releases')
    const concerns = [...(await openIncidents(db)), ...(await openNotices(db))]
    const { environment } = settings
    const releases = await shownReleases(deps)
    const policies = await shownPolicies(deps)
    const models = Object.entries((await settingsInForce(db))?.models ?? {})
    const traceable = models.flatMap(([model, { labels }]) => (labels ? [model] : []))
    const retraining = await heldRetrainings(deps)
    const readiness = await readinessOfAll(deps, Object.fromEntries(models))
    const home = { releases, concerns, policies, retraining, readiness, traceable }
    const page = homePage(home, { session, environment })
    return reply.headers(pageHeaders).send(page)
  })

  app.get('/releases/:model/:n', async (request, reply) => {
    const session = await visitor(cookies, request, reply)
    if (session === null) return reply
    mustHave(session.person, 'viewer', 'look at releases')
    const release = nameOf(request.params)
    const [view, row] = await Promise.all([shownRelease(deps, release), findRelease(db, release)])
    if (view === null || row === null) throw new DriftgateError('RELEASE_UNKNOWN', { release })
    const said = await takeSaid(cookies, request, reply, `/releases/${release}`)
    const page = releasePage({
      view,
      incidents: await incidentsOfRelease(db, row),
      ending: hasEnded(row.state) ? row.reason : '',
      session,
      environment: settings.environment,
      said,
      policies: await shownPolicies(deps, row.model),
      received: await receivedRights(deps, session.person, row.model),
      readiness: await readinessNow(deps, row.model),
      nowMs: clock(),
    })
    return reply.headers(pageHeaders).send(page)
  })

  app.post('/releases/:model/:n', (request, reply) =>
    answered(request, reply, (person, release, form) =>
      decideRelease(deps, person, release, decisionRequest.parse(form)),
    ),
  )

  app.post('/releases/:model/:n/review', (request, reply) =>
    answered(request, reply, (person, release, form) =>
      reviewRelease(deps, person, release, reviewRequest.parse(form)),
    ),
  )

  app.post('/releases/:model/:n/order', (request, reply) =>
    answered(request, reply, (person, release, form) =>
      orderRelease(deps, person, release, orderRequest.parse(form)),
    ),
  )

  async function answered(
    request: FastifyRequest,
    reply: FastifyReply,
    give: (person: Person, release: string, form: unknown) => Promise<Outcome>,
  ): Promise<FastifyReply> {
    const { person } = await senderOf(cookies, request, settings.gateway.url, 'nothing was decided')
    const release = nameOf(request.params)
    const place = `/releases/${release}`
    const { csrf: _, ...form } = request.body as Record<string, unknown>
    const of = { place, person: person.subject, typed: form['reason'] }
    await cookies.said.set(reply, await saidOf(request, of, () => give(person, release, form)))
    // Loading the page again must not send the answer again.
    return reply.redirect(place, 303)
  }
}
