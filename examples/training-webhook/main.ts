import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { startReceiver } from './receiver.ts'

const usage = `usage: node examples/training-webhook/main.ts [options] -- COMMAND...

Runs training jobs on this machine for Driftgate (cluster.kind: webhook): COMMAND is started with the path of a
job's specification as its last argument.

  --folder FOLDER       what is known of each run key, and what jobs print (needed)
  --secret-file FILE    whsec_ and 24 to 64 bytes in base64, as in cluster.secret (needed)
  --listen HOST:PORT    127.0.0.1:8090 unless told
  --room N              jobs at once, 1 unless told

  node examples/training-webhook/main.ts --folder /var/lib/jobs --secret-file /run/secrets/jobs -- \\
    spark-submit --master yarn --deploy-mode client --jars kafka.jar /opt/driftgate/training/job.py
  node examples/training-webhook/main.ts --folder jobs --secret-file secret --room 2 -- /opt/jobs/start.sh
`

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    folder: { type: 'string' },
    'secret-file': { type: 'string' },
    listen: { type: 'string', default: '127.0.0.1:8090' },
    room: { type: 'string', default: '1' },
    help: { type: 'boolean', default: false },
  },
})
const { folder, listen, help } = values
const secretFile = values['secret-file']
const room = Number(values.room)
const [, host, port] = /^(.*):(\d+)$/.exec(listen) ?? []
if (help) {
  console.log(usage)
} else if (!folder || !secretFile || !host || !(room >= 1) || positionals.length === 0) {
  console.error(usage)
  process.exitCode = 2
} else {
  const secret = readFileSync(secretFile, 'utf8').trim()
  const options = { folder, secret, room, host, port: Number(port), command: positionals }
  const { url, close } = await startReceiver(options)
  console.log(`runs jobs at ${url}`)
  // Jobs go on: the next process finds them by their files.
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => void close())
}
