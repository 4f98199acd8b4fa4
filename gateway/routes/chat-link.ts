import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import {
  accountsOf,
  linkAccount,
  unlinkAccount,
  useChatLink,
} from '../../adapters/postgres/chat-accounts.ts'
import { transaction } from '../../adapters/postgres/pool.ts'
import { accountName } from '../../contracts/chat-answer.ts'
import { DriftgateError } from '../../contracts/errors.ts'
import { readLinkToken } from '../chat/link-token.ts'
import type { Cookies } from '../cookies.ts'
import type { GatewayDeps } from '../deps.ts'
import { chatAccountsPage, chatLinkPage } from '../pages/chat-link-page.ts'
import { pageHeaders } from '../pages/layout.ts'
import { senderOf, visitor } from '../visitors.ts'

const withToken = z.object({ token: z.string().min(1).max(4_000) })
const withId = z.object({ id: z.string().regex(/^\d{1,18}$/) })

/** Linking a chat account to whoever signs in, once, and seeing and ending such links. */
export function chatLinkRoutes(app: FastifyInstance, deps: GatewayDeps, cookies: Cookies): void {
  const { db, clock, settings } = deps
  const { environment } = settings
  const sender = (request: FastifyRequest) =>
    senderOf(cookies, request, settings.gateway.url, 'nothing was changed')
  const send = (reply: FastifyReply, page: string) => reply.headers(pageHeaders).send(page)

  app.get('/chat/link', async (request, reply) => {
    const { token } = withToken.parse(request.query)
    const { account } = await readLinkToken(deps, token)
    const session = await visitor(cookies, request, reply)
    if (session === null) return reply
    return send(reply, chatLinkPage({ session, environment }, { account, token }))
  })

  app.post('/chat/link', async (request, reply) => {
    const { person } = await sender(request)
    const { account, jti } = await readLinkToken(deps, withToken.parse(request.body).token)
    const linked = await transaction(db, async (client) => {
      const at = new Date(clock())
      if (!(await useChatLink(client, jti, at))) throw new DriftgateError('CHAT_LINK_INVALID')
      return linkAccount(client, account, person, at)
    })
    if (linked.person !== person.subject) {
      const details = { account: accountName(account), person: linked.personName }
      throw new DriftgateError('CHAT_ACCOUNT_TAKEN', details)
    }
    request.log.info({ person: person.subject, account: accountName(account) }, 'account linked')
    return reply.redirect('/chat/accounts', 303)
  })

  app.get('/chat/accounts', async (request, reply) => {
    const session = await visitor(cookies, request, reply)
    if (session === null) return reply
    const accounts = await accountsOf(db, session.person.subject)
    return send(reply, chatAccountsPage({ session, environment }, accounts))
  })

  app.post('/chat/accounts', async (request, reply) => {
    const { person } = await sender(request)
    const { id } = withId.parse(request.body)
    await unlinkAccount(db, id, person.subject, new Date(clock()))
    request.log.info({ person: person.subject, id }, 'account unlinked')
    return reply.redirect('/chat/accounts', 303)
  })
}
