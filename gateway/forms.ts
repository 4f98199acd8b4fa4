import { timingSafeEqual } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { DriftgateError } from '../contracts/errors.ts'
import type { Session } from './cookies.ts'

const tokenOfForm = z.object({ csrf: z.string().max(200) })

/**
 * A form counts only when it was made for this session: it carries the session's token, and a browser
 * that names an origin names ours. Throws FORM_EXPIRED.
 */
export function mustBeOurForm(request: FastifyRequest, session: Session, base: string): void {
  const sent = tokenOfForm.safeParse(request.body)
  const { origin } = request.headers
  const ours = origin === undefined || origin === new URL(base).origin
  if (!ours || !sent.success || !sameText(sent.data.csrf, session.csrf)) {
    throw new DriftgateError('FORM_EXPIRED')
  }
}

function sameText(left: string, right: string): boolean {
  const [one, other] = [Buffer.from(left), Buffer.from(right)]
  return one.length === other.length && timingSafeEqual(one, other)
}
