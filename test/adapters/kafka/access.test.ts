import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readSecret } from '../../../adapters/files/read-secret.ts'
import { kafkaAccess } from '../../../adapters/kafka/access.ts'
import { kafkaSettings } from '../../../contracts/kafka-settings.ts'

const brokers = ['127.0.0.1:9092']

test('a file or a secret that is not there is told by its setting, before anything connects', () => {
  const ssl = { ca: '/nowhere/ca.pem' }
  assert.throws(() => kafkaAccess({ brokers, ssl }, readSecret), {
    code: 'CONFIG_FILE_UNREADABLE',
    message: 'the file /nowhere/ca.pem that kafka.ssl.ca names cannot be read',
  })
  const sasl = { mechanism: 'plain', username: 'u', password: { env: 'NOT_SET_HERE' } } as const
  assert.throws(() => kafkaAccess({ brokers, ssl: {}, sasl }, readSecret), {
    code: 'CONFIG_SECRET_MISSING',
    message:
      'the secret kafka.sasl.password is not set (looked in the environment variable NOT_SET_HERE)',
  })
})

test('brokers alone are a connection without TLS and sign-in', () => {
  assert.deepEqual(kafkaAccess({ brokers }, readSecret), { brokers })
})

test('settings that would send the password readably, or half a certificate, are refused', () => {
  const password = { env: 'P' }
  const problems = (settings: object) =>
    kafkaSettings.safeParse({ brokers, ...settings }).error?.issues.map(({ message }) => message)
  const plain = { mechanism: 'plain', username: 'u', password }
  assert.match(problems({ sasl: plain })?.[0] ?? '', /would send the password readably/)
  assert.equal(problems({ sasl: plain, ssl: {} }), undefined)
  assert.equal(problems({ sasl: { ...plain, mechanism: 'scram-sha-256' } }), undefined)
  assert.match(problems({ ssl: { certificate: 'c.pem' } })?.[0] ?? '', /given together/)
  assert.match(problems({ ssl: { passphrase: password } })?.[0] ?? '', /no key/)
})
