import { readFileSync } from 'node:fs'
import { guardOperations, openapiDocument, operations } from '../../gateway/openapi/index.ts'
import { code, markdownTable } from './markdown.ts'

const start = '<!-- routes: generated from gateway/openapi by scripts/generate-docs.ts -->'
const end = '<!-- /routes -->'

/** `openapi.json`: as the gateway answers it. */
export const openapiFile = (): string => `${JSON.stringify(openapiDocument(operations), null, 1)}\n`

/** `guard-openapi.json`: of the guard, which is a process of its own. */
export const guardOpenapiFile = (): string =>
  `${JSON.stringify(openapiDocument(guardOperations), null, 1)}\n`

/** `http.md` with its table of routes, the rest untouched. */
export function httpPage(docs: URL): string {
  const text = readFileSync(new URL('reference/http.md', docs), 'utf8')
  const [from, to] = [text.indexOf(start), text.indexOf(end)]
  if (from < 0 || to < 0) throw new Error('docs/reference/http.md has lost the marks of its table')
  const rows = operations.map(({ route, role, query, body, summary }) => {
    const asked = Object.keys(query?.shape ?? {}).map((name) => `${name}=`)
    const path = asked.length > 0 ? `${route}?${asked.join('&')}` : route
    return [
      body ? `${code(path)} with a body` : code(path),
      role === 'gate' ? "the release's" : role,
      summary,
    ]
  })
  const table = markdownTable(['route', 'role', 'answers'], rows)
  return `${text.slice(0, from)}${start}\n\n${table}\n\n${text.slice(to)}`
}
