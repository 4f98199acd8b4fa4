import type { z } from 'zod'
import type { Role } from '../people.ts'

/** One route as others see it. `gate`: the role that the release asks for; `any`: whoever is signed in; `chat`: a chat product; `caller`: of a model, through its guard; `controller`: of deployments. */
export interface Operation {
  /** As it is registered: `GET /v1/models/:model`. */
  readonly route: `${'GET' | 'POST' | 'PUT'} /${string}`
  readonly role: Role | 'gate' | 'any' | 'chat' | 'caller' | 'controller' | 'nobody'
  readonly summary: string
  /** Of the path; each is a text where nothing is said. */
  readonly query?: z.ZodObject
  readonly body?: z.ZodType
  /** A page is HTML and takes the session of a browser; everything else is JSON and takes a bearer token. */
  readonly answer: z.ZodType | 'page' | 'text' | 'json'
}
