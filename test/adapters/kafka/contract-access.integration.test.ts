import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { after, before, describe, test } from 'node:test'
import { readSecret } from '../../../adapters/files/read-secret.ts'
import { kafkaAccess } from '../../../adapters/kafka/access.ts'
import { ensureTopic } from '../../../adapters/kafka/admin.ts'
import { kafkaClient } from '../../../adapters/kafka/cluster.ts'
import { openKafkaLog } from '../../../adapters/kafka/log.ts'
import { type LogClientName, logClients } from '../../../adapters/kafka/log-clients.ts'
import { kafkaProbe } from '../../../cli/check/servers.ts'
import type { KafkaSettings } from '../../../contracts/config.ts'
import { DriftgateError } from '../../../contracts/errors.ts'
import { type SecureBroker, secureBroker } from '../../support/secure-broker.ts'

const user = 'reader'
const password = 'correct horse'
process.env['TEST_KAFKA_PASSWORD'] = password
process.env['TEST_KAFKA_WRONG_PASSWORD'] = 'battery staple'
let broker: SecureBroker

before(async () => {
  broker = await secureBroker(user, password)
  await ensureTopic([broker.plaintext], 'secured', 1)
  const producer = kafkaClient([broker.plaintext]).producer()
  await producer.connect()
  await producer.send({ topic: 'secured', messages: [{ value: 'one' }, { value: 'two' }] })
  await producer.disconnect()
})

after(() => broker.close())

type Sasl = NonNullable<KafkaSettings['sasl']>

const signedIn = (sasl: Partial<Sasl> = {}): KafkaSettings => ({
  brokers: [broker.saslSsl],
  ssl: { ca: broker.certificates.ca },
  sasl: {
    mechanism: 'scram-sha-512',
    username: user,
    password: { env: 'TEST_KAFKA_PASSWORD' },
    ...sasl,
  },
})

async function valuesRead(settings: KafkaSettings): Promise<string[]> {
  const log = await openKafkaLog(kafkaAccess(settings, readSecret))
  try {
    const values: string[] = []
    for await (const { records } of log.read({
      topic: 'secured',
      partition: 0,
      from: 0n,
      to: (await log.offsets('secured'))[0]?.lastStable ?? 0n,
    })) {
      values.push(...records.map(({ value }) => String(value)))
    }
    return values
  } finally {
    await log.close()
  }
}

const refused = (work: Promise<unknown>, code: string, sentence: RegExp) =>
  assert.rejects(work, (error) => {
    assert.ok(error instanceof DriftgateError, String(error))
    assert.equal(error.code, code)
    assert.match(error.message, sentence)
    assert.ok(!error.message.includes(password), 'no secret is told')
    return true
  })

/** What reading a log promises of access, whoever fetches. */
for (const client of Object.keys(logClients) as LogClientName[]) {
  describe(`a broker with TLS and sign-in, read with ${client}`, () => {
    const readAll = (settings: KafkaSettings) => valuesRead({ ...settings, client })
    const fails = (settings: KafkaSettings, code: string, sentence: RegExp) =>
      refused(readAll(settings), code, sentence)

    for (const mechanism of ['plain', 'scram-sha-256', 'scram-sha-512'] as const) {
      test(`is read with ${mechanism}`, async () => {
        assert.deepEqual(await readAll(signedIn({ mechanism })), ['one', 'two'])
      })

      test(`refuses a wrong password by ${mechanism}, and what to check is told`, async () => {
        const wrong = signedIn({ mechanism, password: { env: 'TEST_KAFKA_WRONG_PASSWORD' } })
        await fails(wrong, 'KAFKA_SIGN_IN_REFUSED', /refuses the sign-in: .*authentication failed/i)
      })
    }

    test('whose authority is unknown is not trusted', async () => {
      const { sasl } = signedIn()
      const settings = { brokers: [broker.saslSsl], ssl: {}, ...(sasl ? { sasl } : {}) }
      await fails(settings, 'KAFKA_TLS_FAILED', /no TLS connection to 127.*certificate/)
    })

    test('asked without TLS just closes, and the help names the two sections', async () => {
      await assert.rejects(readAll({ brokers: [broker.saslSsl] }), (error) => {
        assert.ok(error instanceof DriftgateError && error.code === 'KAFKA_UNREACHABLE')
        assert.match(error.help, /kafka\.ssl and kafka\.sasl/)
        return true
      })
    })

    test('that asks for a certificate reads with one and refuses without', async () => {
      const { ca, clientCertificate, clientKey } = broker.certificates
      const brokers = [broker.mutualTls]
      const own = { certificate: clientCertificate, key: { file: clientKey } }
      assert.deepEqual(await readAll({ brokers, ssl: { ca, ...own } }), ['one', 'two'])
      await fails({ brokers, ssl: { ca } }, 'KAFKA_TLS_FAILED', /certificate/)
    })

    test('is signed in to with the password of now: a rotated one needs no restart', async () => {
      const file = `${broker.certificates.ca}.password`
      writeFileSync(file, 'the old one')
      const access = kafkaAccess({ ...signedIn({ password: { file } }), client }, readSecret)
      await assert.rejects(openKafkaLog(access), { code: 'KAFKA_SIGN_IN_REFUSED' })
      writeFileSync(file, password)
      const log = await openKafkaLog(access)
      assert.equal((await log.offsets('secured')).length, 1)
      await log.close()
    })
  })
}

test('a broker with TLS is reached by driftgate check with the same settings', async () => {
  const probe = (kafka: KafkaSettings) =>
    kafkaProbe({ settings: { kafka, models: {} } as never }).run()
  assert.equal((await probe(signedIn())).note, '1 broker(s), 0 topics wanted')
  const wrong = signedIn({ password: { env: 'TEST_KAFKA_WRONG_PASSWORD' } })
  await assert.rejects(probe(wrong), { code: 'KAFKA_SIGN_IN_REFUSED' })
})
