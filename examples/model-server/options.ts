import { parseArgs } from 'node:util'
import { parseDuration } from '../../contracts/duration.ts'

/** One model to serve: its name here, its name in the registry and the topics of its predictions. */
export interface ServedModel {
  readonly name: string
  readonly registered: string
  readonly topic: string
  /** Where what a shadow answers is logged; absent: it has none. */
  readonly shadowTopic?: string
}

export interface Options {
  readonly registry: string
  readonly brokers: readonly string[]
  readonly host: string
  readonly port: number
  readonly alias: string
  readonly pollMs: number
  readonly models: readonly ServedModel[]
}

export const usage = `Serves gradient-boosted trees from an MLflow registry by the Open Inference Protocol, version 2,
follows their alias and the shares beside it, and logs every prediction to Kafka before it answers.

  node examples/model-server/main.ts --registry URL --brokers HOST:PORT[,...] --model NAME=REGISTERED:TOPIC[:SHADOWTOPIC] [...]

  --registry URL                 MLflow's address
  --brokers HOST:PORT[,...]      Kafka's addresses
  --model NAME=REGISTERED:TOPIC[:SHADOWTOPIC]
                                 name in URLs and in the log = name in the registry : topic of the log
                                 : topic of what a shadow answers; may repeat
  --alias NAME                   which version to serve (champion)
  --poll DURATION                how often the alias is read (1s)
  --host ADDRESS                 where to listen (127.0.0.1)
  --port NUMBER                  0 takes a free one (8080)
  --help

A request is answered by one version, drawn by chance. Requests with the same "traffic-key" header, or parameter "key",
are answered by the same one as long as its share does not shrink.

Examples
  node examples/model-server/main.ts --registry http://127.0.0.1:5000 --brokers 127.0.0.1:9092 \\
    --model car-loan=car-loan:car-loan.predictions
  node examples/model-server/main.ts --registry http://127.0.0.1:5000 --brokers 127.0.0.1:9092 --port 8081 \\
    --model car-loan=demo-car-loan:demo.car-loan --model flight-delay=demo-flight-delay:demo.flight-delay
`

/** What the command line says; null when help is asked for. Throws a TypeError that says what is wrong. */
export function parseOptions(words: readonly string[]): Options | null {
  const { values } = parseArgs({
    args: [...words],
    strict: true,
    options: {
      registry: { type: 'string' },
      brokers: { type: 'string' },
      model: { type: 'string', multiple: true, default: [] },
      alias: { type: 'string', default: 'champion' },
      poll: { type: 'string', default: '1s' },
      host: { type: 'string', default: '127.0.0.1' },
      port: { type: 'string', default: '8080' },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return null
  const { registry, brokers } = values
  if (!registry || !URL.canParse(registry)) throw new TypeError('--registry URL is needed')
  if (!brokers) throw new TypeError('--brokers HOST:PORT is needed')
  if (values.model.length === 0) throw new TypeError('--model NAME=REGISTERED:TOPIC is needed')
  const port = Number(values.port)
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new TypeError('--port is no port')
  const pollMs = parseDuration(values.poll)
  if (!pollMs) throw new TypeError('--poll is no duration such as 1s')
  return {
    registry,
    brokers: brokers.split(','),
    host: values.host,
    port,
    alias: values.alias,
    pollMs,
    models: values.model.map(parseModelOption),
  }
}

function parseModelOption(text: string): ServedModel {
  const form = /^([^=:]+)=([^=:]+):([^=:]+)(?::([^=:]+))?$/
  const [, name, registered, topic, shadowTopic] = form.exec(text) ?? []
  if (!name || !registered || !topic) {
    throw new TypeError(`--model ${text} is not NAME=REGISTERED:TOPIC[:SHADOWTOPIC]`)
  }
  if (shadowTopic === topic)
    throw new TypeError(`--model ${text}: a shadow needs a topic of its own`)
  return { name, registered, topic, ...(shadowTopic === undefined ? {} : { shadowTopic }) }
}
