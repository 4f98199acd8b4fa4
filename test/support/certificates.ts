import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export interface CertificateFiles {
  /** The authority's own certificate. */
  readonly ca: string
  /** Key and certificate in one file, as a broker takes them. */
  readonly server: string
  readonly clientCertificate: string
  readonly clientKey: string
}

/**
 * An authority for two days, with a certificate for 127.0.0.1 and one for a client, all as PEM. Needs the program
 * `openssl`, which this project needs nowhere else.
 */
export function makeCertificates(folder: string): CertificateFiles {
  const file = (name: string) => join(folder, name)
  const openssl = (...args: string[]) => execFileSync('openssl', args, { stdio: 'pipe' })
  const newKey = (name: string) =>
    openssl(
      ...['genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256'],
      ...['-out', file(`${name}.key`)],
    )
  newKey('ca')
  openssl(
    ...['req', '-x509', '-new', '-key', file('ca.key'), '-subj', '/CN=an authority of this test'],
    ...['-days', '2', '-out', file('ca.pem')],
  )
  const sign = (name: string, subject: string, extension: string) => {
    newKey(name)
    writeFileSync(file(`${name}.extensions`), extension)
    openssl(
      ...['req', '-new', '-key', file(`${name}.key`), '-subj', subject],
      ...['-out', file(`${name}.csr`)],
    )
    openssl(
      ...['x509', '-req', '-in', file(`${name}.csr`), '-CA', file('ca.pem')],
      ...['-CAkey', file('ca.key'), '-CAcreateserial', '-days', '2'],
      ...['-extfile', file(`${name}.extensions`), '-out', file(`${name}.pem`)],
    )
  }
  sign('server', '/CN=broker', 'subjectAltName=IP:127.0.0.1')
  sign('client', '/CN=driftgate', 'extendedKeyUsage=clientAuth')
  const both = ['server.key', 'server.pem'].map((name) => readFileSync(file(name), 'utf8'))
  writeFileSync(file('server-with-key.pem'), both.join(''))
  return {
    ca: file('ca.pem'),
    server: file('server-with-key.pem'),
    clientCertificate: file('client.pem'),
    clientKey: file('client.key'),
  }
}
