import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { startReceiver } from './receiver.ts'

const usage = `usage: node examples/rollout-webhook/main.ts [options]

Moves traffic for Driftgate (rollout.kind: webhook): what is asked for is in a file that your proxy follows.

  --folder FOLDER       one file for each model and alias, NAME.ALIAS.json (needed)
  --secret-file FILE    whsec_ and 24 to 64 bytes in base64, as in rollout.secret (needed)
  --listen HOST:PORT    127.0.0.1:8091 unless told

  node examples/rollout-webhook/main.ts --folder /var/lib/traffic --secret-file /run/secrets/traffic
  node examples/rollout-webhook/main.ts --folder traffic --secret-file secret --listen 127.0.0.1:9000
`

const { values } = parseArgs({
  options: {
    folder: { type: 'string' },
    'secret-file': { type: 'string' },
    listen: { type: 'string', default: '127.0.0.1:8091' },
    help: { type: 'boolean', default: false },
  },
})
const { folder, listen, help } = values
const secretFile = values['secret-file']
const [, host, port] = /^(.*):(\d+)$/.exec(listen) ?? []
if (help) {
  console.log(usage)
} else if (!folder || !secretFile || !host) {
  console.error(usage)
  process.exitCode = 2
} else {
  const secret = readFileSync(secretFile, 'utf8').trim()
  const { url, close } = await startReceiver({ folder, secret, host, port: Number(port) })
  console.log(`moves traffic at ${url}`)
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => void close())
}
