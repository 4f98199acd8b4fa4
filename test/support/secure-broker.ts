import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../../deploy/local/free-port.ts'
import { down } from '../../deploy/local/index.ts'
import { kafkaProperties } from '../../deploy/local/kafka.ts'
import { startBroker } from '../../deploy/local/kafka-broker.ts'
import { type CertificateFiles, makeCertificates } from './certificates.ts'

export interface SecureBroker {
  readonly certificates: CertificateFiles
  /** Neither TLS nor sign-in. */
  readonly plaintext: string
  /** TLS and sign-in by name and password. */
  readonly saslSsl: string
  /** TLS, and the client shows a certificate. */
  readonly mutualTls: string
  close(): Promise<void>
}

/** A broker of its own with TLS and one user, who has the same password under every mechanism. */
export async function secureBroker(user: string, password: string): Promise<SecureBroker> {
  const folder = mkdtempSync(join(tmpdir(), 'driftgate-secure-'))
  const keys = join(folder, 'keys')
  mkdirSync(keys)
  const certificates = makeCertificates(keys)
  const [plaintext, controller, saslSsl, mutualTls] = await Promise.all([
    freePort(),
    freePort(),
    freePort(),
    freePort(),
  ])
  const properties = kafkaProperties(plaintext, controller)
    .replace(/^((?:advertised\.)?listeners=.*)$/gm, (line) =>
      [line, `SASL_SSL://127.0.0.1:${saslSsl}`, `SSL://127.0.0.1:${mutualTls}`].join(','),
    )
    .replace(/^(listener\.security\.protocol\.map=.*)$/m, '$1,SASL_SSL:SASL_SSL,SSL:SSL')
  const scram = ['SCRAM-SHA-256', 'SCRAM-SHA-512']
  await startBroker(folder, {
    name: 'kafka',
    properties: `${properties}
ssl.keystore.type=PEM
ssl.keystore.location=${certificates.server}
ssl.truststore.type=PEM
ssl.truststore.location=${certificates.ca}
listener.name.ssl.ssl.client.auth=required
sasl.enabled.mechanisms=${['PLAIN', ...scram].join(',')}
listener.name.sasl_ssl.plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required user_${user}="${password}";
${scram
  .map(
    (mechanism) =>
      `listener.name.sasl_ssl.${mechanism.toLowerCase()}.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required;\n`,
  )
  .join('')}`,
    port: plaintext,
    format: scram.flatMap((mechanism) => [
      '--add-scram',
      `${mechanism}=[name=${user},password=${password}]`,
    ]),
  })
  return {
    certificates,
    plaintext: `127.0.0.1:${plaintext}`,
    saslSsl: `127.0.0.1:${saslSsl}`,
    mutualTls: `127.0.0.1:${mutualTls}`,
    close: async () => {
      await down(folder)
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
