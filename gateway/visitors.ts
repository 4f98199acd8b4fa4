import type { FastifyReply, FastifyRequest } from 'fastify'
import { DriftgateError } from '../contracts/errors.ts'
import type { Cookies, Said, Session } from './cookies.ts'
import { mustBeOurForm } from './forms.ts'
import { toCoded } from './problem.ts'

/** Whoever opens a page; null: they were sent to sign in, and come back to it. */
export async function visitor(
  cookies: Cookies,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<Session | null> {
  const session = await cookies.session.get(request)
  if (session === null) reply.redirect(`/sign-in?back=${encodeURIComponent(request.url)}`, 303)
  return session
}

/** Whoever sent a form of ours. Throws NOT_SIGNED_IN, which says that nothing was done (`undone`), and FORM_EXPIRED. */
export async function senderOf(
  cookies: Cookies,
  request: FastifyRequest,
  base: string,
  undone: string,
): Promise<Session> {
  const session = await cookies.session.get(request)
  if (session === null)
    throw new DriftgateError('NOT_SIGNED_IN', { reason: ` any more; ${undone}` })
  mustBeOurForm(request, session, base)
  return session
}

/** What a form came to, or why it came to nothing together with what was typed; `place`: the page that is told. */
export async function saidOf(
  request: FastifyRequest,
  { place, person, typed = '' }: { place: string; person: string; typed?: unknown },
  act: () => Promise<NonNullable<Said['done']>>,
): Promise<Said> {
  const { done, error } = await triedForm(request, { place, person }, act)
  if (error === null) return { place, done, problem: null, typed: '' }
  return { ...refusedForm(place, error), typed: String(typed).slice(0, 500) }
}

export type Tried =
  | { readonly done: NonNullable<Said['done']>; readonly error: null }
  | { readonly done: null; readonly error: DriftgateError }

/** The same for a page that is shown at once where the form was refused. */
export async function triedForm(
  request: FastifyRequest,
  { place, person }: { place: string; person: string },
  act: () => Promise<NonNullable<Said['done']>>,
): Promise<Tried> {
  try {
    const { outcome, sentence } = await act()
    request.log.info({ person, place, outcome, sentence }, 'form answered')
    return { done: { outcome, sentence }, error: null }
  } catch (thrown) {
    const error = toCoded(thrown, request.id)
    request.log.warn({ err: error, person, place }, 'form refused')
    return { done: null, error }
  }
}

export const refusedForm = (place: string, error: DriftgateError): Said => ({
  ...{ place, done: null, typed: '' },
  problem: { code: error.code, detail: error.message, help: error.help },
})

/** What the last form did, for the page that is shown after it; once. */
export async function takeSaid(
  cookies: Cookies,
  request: FastifyRequest,
  reply: FastifyReply,
  place: string,
): Promise<Said | null> {
  const said = await cookies.said.get(request)
  if (said) cookies.said.clear(reply)
  return said?.place === place ? said : null
}
