import { createServer } from 'node:http'
import { parseArgs } from 'node:util'
import { Provider } from 'oidc-provider'
import {
  gatewayAudience,
  gatewayResource,
  providerConfiguration,
  tokenSeconds,
} from './identity/configuration.ts'
import { registerLocalGrant } from './identity/local-grant.ts'
import { choosePage, homePage, problemPage } from './identity/pages.ts'
import { findPerson, people } from './identity/people.ts'
import { localSecrets } from './identity/secrets.ts'

// An OpenID Connect provider for one machine: ready-made people, no passwords, nothing kept but its keys.
// node deploy/local/identity-server.ts --port PORT [--folder .driftgate/identity] [--listen 127.0.0.1]
const { values } = parseArgs({
  options: {
    port: { type: 'string' },
    folder: { type: 'string', default: '.driftgate/identity' },
    // A container is reached from outside only where it listens to all; the issuer stays on loopback.
    listen: { type: 'string', default: '127.0.0.1' },
  },
})
const port = Number(values.port)
if (!Number.isInteger(port) || port < 1 || port > 65_535) {
  process.stderr.write('--port needs a number from 1 to 65535\n')
  process.exit(2)
}

const issuer = `http://127.0.0.1:${port}`
const provider = new Provider(issuer, providerConfiguration(localSecrets(values.folder)))
registerLocalGrant(provider, {
  resource: gatewayResource,
  scope: 'openid profile',
  audience: gatewayAudience,
  seconds: tokenSeconds,
})

provider.use(async (ctx, next) => {
  if (ctx.path === '/') {
    ctx.type = 'html'
    ctx.body = homePage()
    return
  }
  if (!ctx.path.startsWith('/interaction/')) return next()
  ctx.type = 'html'
  try {
    await provider.interactionDetails(ctx.req, ctx.res)
    if (ctx.method !== 'POST') {
      ctx.body = choosePage(ctx.path)
      return
    }
    const chosen = findPerson(new URLSearchParams(await bodyOf(ctx.req)).get('person'))
    if (!chosen) {
      ctx.status = 400
      ctx.body = problemPage('There is no such person here.')
      return
    }
    const result = { login: { accountId: chosen.id } }
    ctx.redirect(await provider.interactionResult(ctx.req, ctx.res, result))
    ctx.status = 303
  } catch (error) {
    ctx.status = 400
    ctx.body = problemPage(error instanceof Error ? error.message : String(error))
  }
})

const server = createServer(provider.callback())
server.on('error', (error) => {
  process.stderr.write(`cannot listen on ${issuer}: ${error.message}\n`)
  process.exit(1)
})
server.listen(port, values.listen, () => {
  process.stdout.write(
    `identity server for trying out only (no passwords) at ${issuer}; people: ${people
      .map(({ id }) => id)
      .join(', ')}\n`,
  )
})
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.on(signal, () => {
    server.close(() => process.exit(0))
    server.closeAllConnections()
  })
}

/** A form of a few bytes; anything longer is not ours. */
async function bodyOf(request: AsyncIterable<Buffer>): Promise<string> {
  let text = ''
  for await (const chunk of request) {
    text += chunk.toString('utf8')
    if (text.length > 4096) throw new Error('the form is too long')
  }
  return text
}
