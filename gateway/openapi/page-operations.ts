import { tracePageQuery } from '../../contracts/trace.ts'
import type { Operation } from './operation.ts'

/** What a browser opens, with the session of its person. */
export const pageOperations: readonly Operation[] = [
  {
    ...{ route: 'GET /', role: 'viewer', answer: 'page' },
    summary: 'the page that lists what waits and what is open',
  },
  {
    ...{ route: 'GET /models/:model/predictions', role: 'viewer', answer: 'page' },
    query: tracePageQuery,
    summary:
      'the page of a prediction by its id, after signing in: what was asked, how unusual it was, verdicts, labels',
  },
  {
    ...{ route: 'GET /releases/:model/:n', role: 'viewer', answer: 'page' },
    summary: 'the page of a release, after signing in',
  },
  {
    ...{ route: 'POST /releases/:model/:n', role: 'gate', answer: 'page' },
    summary: 'its form, with the token of the session; leads back to the page',
  },
  {
    ...{ route: 'POST /releases/:model/:n/review', role: 'gate', answer: 'page' },
    summary: 'its form for the review of a broken glass; leads back to the page',
  },
  {
    ...{ route: 'POST /releases/:model/:n/order', role: 'gate', answer: 'page' },
    summary: 'its form for orders to the traffic; leads back to the page',
  },
  ...(['svg', 'png'] as const).flatMap((form): Operation[] => [
    {
      ...{ route: `GET /releases/:model/:n/picture.${form}`, role: 'viewer', answer: 'text' },
      summary: 'candidate against champion, after signing in',
    },
    {
      route: `GET /incidents/:model/:kind/:start/picture.${form}`,
      ...{ role: 'viewer', answer: 'text' },
      summary: 'current against reference, after signing in',
    },
  ]),
  ...(['incidents', 'notices'] as const).flatMap((kind): Operation[] => [
    {
      ...{ route: `GET /${kind}/:model/:kind/:start`, role: 'viewer', answer: 'page' },
      summary: `the page of ${kind === 'incidents' ? 'an incident' : 'a notice'}, after signing in`,
    },
    {
      ...{ route: `POST /${kind}/:model/:kind/:start/:verb`, role: 'operator', answer: 'page' },
      summary:
        'its forms: `acknowledge`, `retrain`, `absorb`; lead back to the page, or show it with what was typed where it is refused',
    },
    {
      ...{ route: `GET /${kind}/:model/:kind/:start/:verb`, role: 'viewer', answer: 'page' },
      summary: 'leads to the page, for whoever loads a refused form again',
    },
  ]),
  {
    ...{ route: 'GET /sign-in', role: 'nobody', answer: 'page' },
    summary: 'leads to the identity provider',
  },
  {
    ...{ route: 'GET /sign-in/callback', role: 'nobody', answer: 'page' },
    summary: 'where the identity provider leads back to',
  },
  {
    ...{ route: 'POST /sign-out', role: 'any', answer: 'page' },
    summary: 'ends the session of the browser',
  },
  {
    ...{ route: 'GET /chat/link', role: 'any', answer: 'page' },
    summary: 'shows which chat account a link would make whose; the link is told in the chat',
  },
  {
    ...{ route: 'POST /chat/link', role: 'any', answer: 'page' },
    summary: 'makes the chat account that of whoever is signed in; a link is good once',
  },
  {
    ...{ route: 'GET /chat/accounts', role: 'any', answer: 'page' },
    summary: 'the chat accounts of whoever is signed in',
  },
  {
    ...{ route: 'POST /chat/accounts', role: 'any', answer: 'page' },
    summary: 'unlinks one of them',
  },
]
