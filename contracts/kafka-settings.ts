import { z } from 'zod'
import { secret } from './secret.ts'

const hostAndPort = z.string().regex(/^[^\s:/]+:\d+$/, 'expected host:port')

/** TLS to the brokers. The section alone, `{}`, asks for TLS with the certificates that Node trusts. */
const sslSettings = z
  .strictObject({
    ca: z
      .string()
      .min(1)
      .optional()
      .describe(
        'file (PEM) with the certificates that sign those of the brokers; those that Node trusts unless told',
      ),
    certificate: z
      .string()
      .min(1)
      .optional()
      .describe('file (PEM) with our own certificate, for brokers that ask for one'),
    key: secret.optional().describe('the private key (PEM) of our own certificate'),
    passphrase: secret.optional().describe('opens the private key, where it is encrypted'),
  })
  .refine(({ certificate, key }) => (certificate === undefined) === (key === undefined), {
    error: 'a certificate and its key are given together',
  })
  .refine(({ key, passphrase }) => passphrase === undefined || key !== undefined, {
    error: 'there is no key that the passphrase opens',
  })

const saslSettings = z.strictObject({
  mechanism: z
    .enum(['plain', 'scram-sha-256', 'scram-sha-512'])
    .describe('how the password is shown to the broker'),
  username: z.string().min(1).describe('who signs in'),
  password: secret.describe('read again for every connection, so that a new one is used at once'),
})

export const kafkaSettings = z
  .strictObject({
    brokers: z.array(hostAndPort).min(1).describe('host:port of some brokers'),
    ssl: sslSettings.optional().describe('TLS; without this section connections are not encrypted'),
    sasl: saslSettings.optional().describe('sign-in by name and password'),
    client: z
      .enum(['kafkajs', 'platformatic'])
      .optional()
      .describe('the library that reads the log; kafkajs unless told'),
  })
  .refine(({ ssl, sasl }) => sasl?.mechanism !== 'plain' || ssl !== undefined, {
    path: ['sasl', 'mechanism'],
    error: 'plain would send the password readably: add the section kafka.ssl, or use scram',
  })
export type KafkaSettings = z.infer<typeof kafkaSettings>
