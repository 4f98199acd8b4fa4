import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { pngOf } from '../../adapters/pictures/png.ts'
import { DriftgateError } from '../../contracts/errors.ts'
import { incidentPicture } from '../../reports/incident-picture.ts'
import { releaseSvg } from '../../reports/release-svg.ts'
import { idOf } from '../concerns.ts'
import type { Cookies } from '../cookies.ts'
import type { GatewayDeps } from '../deps.ts'
import { mustHave } from '../people.ts'
import { shownConcern } from '../shown-concerns.ts'
import { shownRelease } from '../shown-releases.ts'
import { visitor } from '../visitors.ts'
import { nameOf } from './releases.ts'

/** A picture runs nothing and loads nothing, also where a browser opens it by itself. */
const headers = {
  'content-security-policy':
    "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
  'cache-control': 'private, no-store',
  'x-content-type-options': 'nosniff',
} as const

/** What is seen on cards: current against reference, candidate against champion; for whoever is signed in. */
export function pictureRoutes(app: FastifyInstance, deps: GatewayDeps, cookies: Cookies): void {
  const serve =
    (drawn: (request: FastifyRequest) => Promise<string>) =>
    async (request: FastifyRequest, reply: FastifyReply) => {
      const session = await visitor(cookies, request, reply)
      if (session === null) return reply
      mustHave(session.person, 'viewer', 'look at pictures')
      const svg = await drawn(request)
      const asPng = request.url.split('?')[0]?.endsWith('.png')
      return reply
        .headers({ ...headers, 'content-type': asPng ? 'image/png' : 'image/svg+xml' })
        .send(asPng ? Buffer.from(await pngOf(svg)) : svg)
    }

  for (const form of ['svg', 'png']) {
    app.get(`/releases/:model/:n/picture.${form}`, serve(ofRelease))
    app.get(`/incidents/:model/:kind/:start/picture.${form}`, serve(ofIncident))
  }

  async function ofRelease({ params }: FastifyRequest): Promise<string> {
    const release = nameOf(params)
    const view = await shownRelease(deps, release)
    if (view === null) throw new DriftgateError('RELEASE_UNKNOWN', { release })
    if (view.evidence.schema === 'driftgate-evidence/1') return releaseSvg(view.evidence)
    throw new DriftgateError('PICTURE_UNKNOWN', { subject: release })
  }

  async function ofIncident({ params }: FastifyRequest): Promise<string> {
    const id = idOf(params)
    const picture = incidentPicture(await shownConcern(deps, id))
    if (picture !== null) return picture.svg()
    throw new DriftgateError('PICTURE_UNKNOWN', { subject: id })
  }
}
