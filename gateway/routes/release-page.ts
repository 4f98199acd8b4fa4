import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Person } from '../../adapters/identity/index.ts'
import { findIncident, openIncidents } from '../../adapters/postgres/incidents.ts'
import { openNotices } from '../../adapters/postgres/notices.ts'
import { findRelease, hasEnded } from '../../adapters/postgres/releases.ts'
import { decisionRequest } from '../../contracts/api.ts'
import { DriftgateError } from '../../contracts/errors.ts'
import type { Outcome } from '../../contracts/release.ts'
import { reviewRequest } from '../../contracts/review.ts'
import type { Cookies, Notice } from '../cookies.ts'
import { decideRelease } from '../decide.ts'
import type { GatewayDeps } from '../deps.ts'
import { mustBeOurForm } from '../forms.ts'
import { homePage } from '../pages/home-page.ts'
import { pageHeaders } from '../pages/layout.ts'
import { releasePage } from '../pages/release-page.ts'
import { mustHave } from '../people.ts'
import { toCoded } from '../problem.ts'
import { receivedRights } from '../received-rights.ts'
import { reviewRelease } from '../review.ts'
import { shownRelease, shownReleases } from '../shown-releases.ts'
import { nameOf } from './releases.ts'

/** The page of a release: look at the evidence, answer, see what the answer did. */
export function releasePageRoutes(app: FastifyInstance, deps: GatewayDeps, cookies: Cookies): void {
  const { db, settings, clock } = deps

  app.get('/', async (request, reply) => {
    const session = await cookies.session.get(request)
    if (session === null) return reply.redirect('/sign-in', 303)
    mustHave(session.person, 'viewer', 'look at releases')
    const concerns = [...(await openIncidents(db)), ...(await openNotices(db))]
    const { environment } = settings
    const page = homePage(await shownReleases(deps), concerns, { session, environment })
    return reply.headers(pageHeaders).send(page)
  })

  app.get('/releases/:model/:n', async (request, reply) => {
    const session = await cookies.session.get(request)
    if (session === null) {
      return reply.redirect(`/sign-in?back=${encodeURIComponent(request.url)}`, 303)
    }
    mustHave(session.person, 'viewer', 'look at releases')
    const release = nameOf(request.params)
    const [view, row] = await Promise.all([shownRelease(deps, release), findRelease(db, release)])
    if (view === null || row === null) throw new DriftgateError('RELEASE_UNKNOWN', { release })
    const notice = await takeNotice(request, reply, release)
    const page = releasePage({
      view,
      incident: row.incident === null ? null : await findIncident(db, row.incident),
      ending: hasEnded(row.state) ? row.reason : '',
      session,
      environment: settings.environment,
      notice,
      received: await receivedRights(deps, session.person, row.model),
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

  async function answered(
    request: FastifyRequest,
    reply: FastifyReply,
    give: (person: Person, release: string, form: unknown) => Promise<Outcome>,
  ): Promise<FastifyReply> {
    const session = await cookies.session.get(request)
    if (session === null) {
      throw new DriftgateError('NOT_SIGNED_IN', { reason: ' any more; nothing was decided' })
    }
    mustBeOurForm(request, session, settings.gateway.url)
    const release = nameOf(request.params)
    const { csrf: _, ...form } = request.body as Record<string, unknown>
    const notice = await noticeOf(request, session.person, release, form['reason'], () =>
      give(session.person, release, form),
    )
    await cookies.notice.set(reply, notice)
    // Loading the page again must not send the answer again.
    return reply.redirect(`/releases/${release}`, 303)
  }

  /** What to show afterwards: the outcome, or why there is none together with what was typed. */
  async function noticeOf(
    request: FastifyRequest,
    { subject }: Person,
    release: string,
    typed: unknown,
    give: () => Promise<Outcome>,
  ): Promise<Notice> {
    try {
      const outcome = await give()
      request.log.info({ person: subject, outcome }, 'decision')
      return { release, outcome, problem: null, reason: '' }
    } catch (thrown) {
      const error = toCoded(thrown, request.id)
      request.log.warn({ err: error, person: subject, release }, 'no decision')
      const problem = { code: error.code, detail: error.message, help: error.help }
      return { release, outcome: null, problem, reason: String(typed ?? '').slice(0, 500) }
    }
  }

  async function takeNotice(
    request: FastifyRequest,
    reply: FastifyReply,
    release: string,
  ): Promise<Notice | null> {
    const notice = await cookies.notice.get(request)
    if (notice) cookies.notice.clear(reply)
    return notice?.release === release ? notice : null
  }
}
