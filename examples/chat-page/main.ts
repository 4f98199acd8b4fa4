import { readdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

// The page of the demo's chat: node examples/chat-page/main.ts --port PORT --homeserver URL
const { values } = parseArgs({
  options: { port: { type: 'string' }, homeserver: { type: 'string' } },
})
const { port, homeserver } = values
if (!port || !homeserver) {
  process.stderr.write('--port and --homeserver are needed\n')
  process.exit(2)
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
}

/** The page speaks to its chat alone; nothing else is loaded from anywhere. Pictures come through scripts, with the token. */
const headers = {
  'content-security-policy': `default-src 'none'; script-src 'self'; style-src 'self'; img-src data: blob:; connect-src 'self' ${new URL(homeserver).origin}; form-action 'none'; base-uri 'none'; frame-ancestors 'none'`,
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
}

const place = fileURLToPath(new URL('../../web/chat', import.meta.url))
const files = new Map<string, { type: string; bytes: Buffer }>(
  readdirSync(place).map((name) => {
    const type = types[extname(name)] ?? 'application/octet-stream'
    return [`/${name}`, { type, bytes: readFileSync(join(place, name)) }]
  }),
)
files.set('/', files.get('/index.html') as { type: string; bytes: Buffer })
files.set('/homeserver.json', {
  type: 'application/json',
  bytes: Buffer.from(JSON.stringify({ homeserver })),
})

const server = createServer(({ method, url = '/' }, response) => {
  const found = files.get(url.split('?')[0] ?? '/')
  if (found === undefined || (method !== 'GET' && method !== 'HEAD')) {
    return void response.writeHead(404, headers).end()
  }
  response.writeHead(200, { ...headers, 'content-type': found.type }).end(found.bytes)
})
server.listen(Number(port), '127.0.0.1')
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.on(signal, () => {
    server.close(() => process.exit(0))
    server.closeAllConnections()
  })
}
