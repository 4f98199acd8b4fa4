import { DriftgateError } from '../../contracts/errors.ts'
import { checkedKey, type ObjectStore } from './object-store.ts'
import { type S3Keys, signedHeaders } from './sign-s3.ts'

export interface S3Place {
  readonly endpoint: string
  readonly region: string
  readonly bucket: string
  /** Put before every key; may be empty. */
  readonly prefix: string
}

export interface S3Options {
  /** Asked for every request, so that rotated keys are used at once. */
  readonly keys: () => S3Keys
  readonly timeoutMs?: number
}

/**
 * Objects of an S3 bucket, addressed by path (`ENDPOINT/BUCKET/KEY`), which every S3 server understands. Creating sends
 * `If-None-Match: *`; a server that is at it for somebody else answers 409 and is asked again later.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
 */
export function s3Store(at: S3Place, { keys, timeoutMs = 30_000 }: S3Options): ObjectStore {
  const place = `${at.endpoint} ${at.bucket}${at.prefix === '' ? '' : `/${at.prefix}`}`

  function urlOf(key: string): URL {
    const path = [at.bucket, ...at.prefix.split('/').filter(Boolean), ...checkedKey(key).split('/')]
    return new URL(`/${path.map(encodeURIComponent).join('/')}`, at.endpoint)
  }

  async function send(
    method: 'GET' | 'PUT',
    url: URL,
    headers: Record<string, string> = {},
    body: Uint8Array<ArrayBuffer> = new Uint8Array(),
  ): Promise<{ status: number; bytes: Uint8Array }> {
    const signed = signedHeaders({ method, url, headers, body }, at.region, keys(), new Date())
    try {
      const response = await fetch(url, {
        method,
        headers: signed,
        ...(method === 'PUT' && { body }),
        signal: AbortSignal.timeout(timeoutMs),
      })
      return { status: response.status, bytes: new Uint8Array(await response.arrayBuffer()) }
    } catch (cause) {
      throw new DriftgateError('OBJECTS_UNREACHABLE', { place }, { cause })
    }
  }

  return {
    kind: 's3',
    place,
    async read(key) {
      const { status, bytes } = await send('GET', urlOf(key))
      if (status === 200) return bytes
      if (status === 404 && codeIn(bytes) === 'NoSuchKey') return null
      throw refusal(`reading ${key}`, status, bytes)
    },
    async create(key, bytes) {
      const headers = { 'content-type': 'application/octet-stream', 'if-none-match': '*' }
      const answer = await send('PUT', urlOf(key), headers, new Uint8Array(bytes))
      if (answer.status === 200) return 'created'
      if (answer.status === 412) return 'exists'
      throw refusal(`creating ${key}`, answer.status, answer.bytes)
    },
  }

  function refusal(action: string, status: number, bytes: Uint8Array): DriftgateError {
    const reason = `HTTP ${status} ${codeIn(bytes)}`.trim()
    // 409: a creation under way; 429 and 503: too many requests. All of them pass.
    if (status >= 500 || status === 409 || status === 429) {
      return new DriftgateError('OBJECTS_UNREACHABLE', { place }, { cause: new Error(reason) })
    }
    return new DriftgateError('OBJECTS_REJECTED', { action, reason })
  }
}

/** The code of an S3 error document; the message may repeat what was asked, keys among it. */
const codeIn = (bytes: Uint8Array): string =>
  /<Code>(\w+)<\/Code>/.exec(new TextDecoder().decode(bytes.subarray(0, 4_096)))?.[1] ?? ''
