import { cliPage, exitCodesPage } from './cli.ts'
import { configurationPage, configurationSchema } from './configuration.ts'
import { errorsPage } from './errors.ts'
import { guardOpenapiFile, httpPage, openapiFile } from './http.ts'
import { messagesPage } from './messages.ts'
import { metricsPage } from './metrics.ts'
import { architecturePage } from './rooms.ts'

const docs = new URL('../../docs/', import.meta.url)

/** Every page that is computed from code, by its path under `docs/`. */
export const pages: Readonly<Record<string, () => string | Promise<string>>> = {
  'reference/errors.md': errorsPage,
  'reference/cli.md': cliPage,
  'reference/exit-codes.md': exitCodesPage,
  'reference/configuration.md': configurationPage,
  'reference/driftgate.schema.json': configurationSchema,
  'reference/messages.md': messagesPage,
  'reference/metrics.md': metricsPage,
  'reference/http.md': () => httpPage(docs),
  'reference/openapi.json': openapiFile,
  'reference/guard-openapi.json': guardOpenapiFile,
  'architecture.md': () => architecturePage(docs),
}

export const docsFolder = docs
