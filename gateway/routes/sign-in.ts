import { randomBytes } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { recordSignIn } from '../../adapters/postgres/sign-ins.ts'
import { DriftgateError } from '../../contracts/errors.ts'
import type { Cookies } from '../cookies.ts'
import type { GatewayDeps } from '../deps.ts'
import { mustBeOurForm } from '../forms.ts'
import { groupsThatMatter } from '../groups-that-matter.ts'
import { pageHeaders } from '../pages/layout.ts'
import { signedOutPage } from '../pages/signed-out-page.ts'

const startQuery = z.object({ back: z.string().default('/') })

/** Signing in for the page: code + PKCE at the identity provider, then a session cookie. */
export function signInRoutes(app: FastifyInstance, deps: GatewayDeps, cookies: Cookies): void {
  const { db, identity, settings } = deps
  const base = settings.gateway.url.replace(/\/$/, '')
  const callback = `${base}/sign-in/callback`

  app.get('/sign-in', async (request, reply) => {
    const back = localPath(startQuery.parse(request.query).back)
    const anew = (await cookies.signedOut.get(request)) !== null
    const { url, pending } = await identity.startSignIn(callback, { anew })
    await cookies.pending.set(reply, { ...pending, back })
    return reply.redirect(url, 303)
  })

  app.get('/sign-in/callback', async (request, reply) => {
    const pending = await cookies.pending.get(request)
    cookies.pending.clear(reply)
    cookies.signedOut.clear(reply)
    if (pending === null) {
      const reason = ': the sign-in took too long, or began in another browser'
      throw new DriftgateError('NOT_SIGNED_IN', { reason })
    }
    const { back, ...proof } = pending
    const person = await identity.finishSignIn(new URL(request.url, base), proof)
    await cookies.session.set(reply, {
      person: {
        ...person,
        roles: [...person.roles],
        groups: await groupsThatMatter(db, person.groups),
      },
      csrf: randomBytes(32).toString('base64url'),
    })
    await recordSignIn(deps.db, {
      ...{ person: person.subject, name: person.name, knownAs: person.person ?? null },
      ...{ roles: person.roles, groups: person.groups, at: new Date(deps.clock()) },
    })
    request.log.info({ person: person.subject }, 'signed in')
    return reply.redirect(back, 303)
  })

  app.post('/sign-out', async (request, reply) => {
    const session = await cookies.session.get(request)
    if (session) mustBeOurForm(request, session, base)
    cookies.session.clear(reply)
    await cookies.signedOut.set(reply, true)
    return reply.headers(pageHeaders).send(signedOutPage(settings.environment))
  })
}

/** Only a path of this gateway; anything that a browser could take for another place is '/'. */
export const localPath = (back: string): string =>
  /^\/(?![/\\])[\w\-.:/~%?=&]*$/.test(back) ? back : '/'
