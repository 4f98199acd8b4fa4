import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { ensureTopic } from '../../adapters/kafka/admin.ts'
import { kafkaClient } from '../../adapters/kafka/cluster.ts'
import type { KafkaSettings } from '../../contracts/config.ts'
import { type SecureBroker, secureBroker } from '../support/secure-broker.ts'
import { servers } from '../support/servers.ts'

const password = 'a "quoted" \\ one'
let broker: SecureBroker

before(async () => {
  broker = await secureBroker('trainer', 'kept simple')
  await ensureTopic([broker.plaintext], 'rows', 1)
  const producer = kafkaClient([broker.plaintext]).producer()
  await producer.connect()
  await producer.send({ topic: 'rows', messages: [{ value: 'one' }, { value: 'two' }] })
  await producer.disconnect()
})

after(() => broker.close())

/** What the job's own reader finds in the topic by each of these. */
const readBySpark = (each: readonly KafkaSettings[]) =>
  python(
    `
import json, sys
from pyspark.sql import SparkSession
from training.broker import broker_options
from training.offsets import read_offsets
spark = SparkSession.builder.master("local[1]").config("spark.jars", sys.argv[1]).config("spark.ui.enabled", "false").getOrCreate()
found = []
for source in json.loads(sys.argv[2]):
    rows = read_offsets(spark, broker_options(source), "rows", {"0": ["0", "2"]}).orderBy("offset").collect()
    found.append([bytes(row["value"]).decode() for row in rows])
print(json.dumps(found))
`,
    servers().sparkJars.join(','),
    JSON.stringify(each.map((kafka) => ({ ...kafka, brokers: kafka.brokers.join(',') }))),
  )

test('the training job reads a broker with TLS and sign-in, and one that asks for a certificate', async () => {
  const { ca, clientCertificate, clientKey } = broker.certificates
  const signedIn: KafkaSettings = {
    brokers: [broker.saslSsl],
    ssl: { ca },
    sasl: { mechanism: 'scram-sha-512', username: 'trainer', password: { env: 'TEST_PASSWORD' } },
  }
  const withCertificate = {
    brokers: [broker.mutualTls],
    ssl: { ca, certificate: clientCertificate, key: { file: clientKey } },
  }
  assert.deepEqual(JSON.parse(await readBySpark([signedIn, withCertificate])), [
    ['one', 'two'],
    ['one', 'two'],
  ])
})

test('a name or password with quotes stays one, and a secret that the driver lacks is named', async () => {
  const options = (sasl: object) =>
    python(
      `
import json, sys
from training.broker import broker_options
try:
    print(broker_options({"brokers": "b:1", "sasl": json.loads(sys.argv[1])})["kafka.sasl.jaas.config"])
except Exception as error:
    print(type(error).__name__, error)
`,
      JSON.stringify(sasl),
    )
  const sasl = { mechanism: 'scram-sha-256', username: 'u' }
  assert.equal(
    await options({ ...sasl, password: { env: 'TEST_QUOTED' } }),
    'org.apache.kafka.common.security.scram.ScramLoginModule required username="u" password="a \\"quoted\\" \\\\ one";\n',
  )
  assert.equal(
    await options({ ...sasl, password: { env: 'TEST_ABSENT' } }),
    'TrainingError the driver has no environment variable TEST_ABSENT for kafka.sasl.password\n',
  )
})

async function python(script: string, ...args: string[]): Promise<string> {
  const child = spawn(servers().python, ['-c', script, ...args], {
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
    env: { ...process.env, TEST_PASSWORD: 'kept simple', TEST_QUOTED: password },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  let errors = ''
  child.stdout.on('data', (chunk) => {
    output += chunk
  })
  child.stderr.on('data', (chunk) => {
    errors += chunk
  })
  const code = await new Promise((resolve) => child.once('close', resolve))
  assert.equal(code, 0, errors.slice(-2_000))
  return output
}
