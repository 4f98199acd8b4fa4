import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { signedHeaders } from '../../adapters/objects/sign-s3.ts'
import { freePort } from '../../deploy/local/free-port.ts'
import { versitygw } from '../../deploy/local/versitygw.ts'
import { until } from './gate-world.ts'

export interface S3Server {
  readonly endpoint: string
  readonly bucket: string
  readonly accessKey: string
  readonly secretKey: string
  close(): Promise<void>
}

/** An S3 server over a folder of its own, with one bucket. */
export async function s3Server(): Promise<S3Server> {
  const program = await versitygw()
  const folder = await mkdtemp(join(tmpdir(), 'driftgate-s3-'))
  for (const name of ['data', 'attributes']) await mkdir(join(folder, name))
  const keys = {
    accessKey: `key-${randomBytes(6).toString('hex')}`,
    secretKey: randomBytes(24).toString('base64'),
  }
  const address = `127.0.0.1:${await freePort()}`
  const endpoint = `http://${address}`
  const child = spawn(
    program,
    // Attributes beside the data: not every file system keeps them.
    ['--port', address, 'posix', '--sidecar', join(folder, 'attributes'), join(folder, 'data')],
    {
      env: { ...process.env, ROOT_ACCESS_KEY: keys.accessKey, ROOT_SECRET_KEY: keys.secretKey },
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  )
  const exit = once(child, 'exit')
  let said = ''
  child.stderr.on('data', (bytes) => (said += bytes))
  const bucket = 'trial'
  await until(async () => {
    if (child.exitCode !== null) throw new Error(`the S3 server ended: ${said}`)
    return createBucket(new URL(`/${bucket}`, endpoint), keys)
  }, 30_000)
  return {
    ...{ endpoint, bucket, ...keys },
    async close() {
      child.kill('SIGKILL')
      await exit
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** False while nobody listens. */
async function createBucket(url: URL, keys: { accessKey: string; secretKey: string }) {
  const body = new Uint8Array()
  const headers = signedHeaders(
    { method: 'PUT', url, headers: {}, body },
    'us-east-1',
    keys,
    new Date(),
  )
  const answer = await fetch(url, { method: 'PUT', headers }).catch(() => null)
  if (answer === null) return false
  if (!answer.ok) throw new Error(`no bucket: ${answer.status} ${await answer.text()}`)
  return true
}
