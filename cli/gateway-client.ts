import { readFileSync } from 'node:fs'
import type { z } from 'zod'
import { problemAnswer } from '../contracts/api.ts'
import { DriftgateError, isErrorCode } from '../contracts/errors.ts'
import type { SettingsProblem } from '../contracts/settings-problem.ts'
import type { CommandContext } from './command.ts'
import { findSession } from './session.ts'
import { loadSettings } from './settings-file.ts'

/** The gateway over HTTP, as the signed-in person. Answers are checked against their schema. */
export interface GatewayClient {
  readonly url: string
  /** @param patienceMs after so long without an answer the gateway counts as unreachable; as long as it takes unless said. */
  get<Schema extends z.ZodType>(
    path: string,
    schema: Schema,
    patienceMs?: number,
  ): Promise<z.output<Schema>>
  send<Schema extends z.ZodType>(
    method: 'POST' | 'PUT',
    path: string,
    body: unknown,
    schema: Schema,
  ): Promise<z.output<Schema>>
}

/** The address of --gateway, or gateway.url of the configuration. */
export async function gatewayUrl(context: CommandContext): Promise<string> {
  const given = context.options['gateway']
  const url = typeof given === 'string' ? given : (await loadSettings(context)).gateway.url
  return url.replace(/\/$/, '')
}

/**
 * The gateway, as the person of --as where the command has it, of DRIFTGATE_TOKEN, of DRIFTGATE_TOKEN_FILE, or of the
 * last sign-in.
 * Its methods throw what the gateway answers, GATEWAY_UNREACHABLE when it does not, and NOT_SIGNED_IN.
 */
export async function openGateway(context: CommandContext): Promise<GatewayClient> {
  const url = await gatewayUrl(context)
  const person = context.options['as']
  if (typeof person === 'string') {
    const session = findSession(context, url, person)
    if (session) return gatewayClient(url, session.accessToken, context.signal)
    throw new DriftgateError('NOT_SIGNED_IN', { reason: ` as ${person}` })
  }
  const { DRIFTGATE_TOKEN: given, DRIFTGATE_TOKEN_FILE: file } = context.environment
  if (!given && file) return gatewayClient(url, () => readToken(file), context.signal)
  const token = given || findSession(context, url)?.accessToken
  return gatewayClient(url, token ?? null, context.signal)
}

/** Read at each request: whoever renews the token writes it there. */
function readToken(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim()
  } catch (cause) {
    const reason = `: DRIFTGATE_TOKEN_FILE names ${file}, which cannot be read`
    throw new DriftgateError('NOT_SIGNED_IN', { reason }, { cause })
  }
}

/** @param token bearer token; null: what only a signed-in person may do is refused with NOT_SIGNED_IN. */
export function gatewayClient(
  url: string,
  token: string | null | (() => string),
  signal?: AbortSignal,
): GatewayClient {
  async function ask<Schema extends z.ZodType>(
    method: string,
    path: string,
    { body, schema, patienceMs }: { body?: unknown; schema: Schema; patienceMs?: number },
  ): Promise<z.output<Schema>> {
    const bearer = typeof token === 'function' ? token() : token
    const request = {
      method,
      headers: {
        accept: 'application/json',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(bearer === null ? {} : { authorization: `Bearer ${bearer}` }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: whicheverEnds(signal, patienceMs),
    }
    const { status, text } = await reach(`${url}/v1/${path}`, request)
    if (status < 200 || status > 299) throw problemOf(status, text, url)
    return schema.parse(JSON.parse(text))
  }

  /** The whole answer: a connection that breaks in the middle of it was none. */
  async function reach(address: string, request: RequestInit) {
    try {
      const response = await fetch(address, request)
      return { status: response.status, text: await response.text() }
    } catch (cause) {
      if (signal?.aborted) throw cause
      throw new DriftgateError('GATEWAY_UNREACHABLE', { address: url }, { cause })
    }
  }

  return {
    url,
    get: (path, schema, patienceMs) =>
      ask('GET', path, { schema, ...(patienceMs !== undefined && { patienceMs }) }),
    send: (method, path, body, schema) => ask(method, path, { body, schema }),
  }
}

function whicheverEnds(signal?: AbortSignal, patienceMs?: number): AbortSignal | null {
  if (patienceMs === undefined) return signal ?? null
  return AbortSignal.any([...(signal ? [signal] : []), AbortSignal.timeout(patienceMs)])
}

/** What a proxy answers that does not reach the gateway. */
const ofProxies: readonly number[] = [502, 503, 504]

/** The coded error that a problem document carries, with the gateway's own sentence. */
function problemOf(status: number, text: string, url: string): DriftgateError {
  const parsed = problemAnswer.safeParse(toJson(text))
  if (!parsed.success && ofProxies.includes(status)) {
    return new DriftgateError('GATEWAY_UNREACHABLE', { address: `${url} (a proxy says ${status})` })
  }
  if (!parsed.success || !isErrorCode(parsed.data.code)) {
    return new DriftgateError('INTERNAL', {
      reason: `the gateway answered ${status}: ${text.slice(0, 200)}`,
    })
  }
  const { code, detail, details, problems } = parsed.data
  const error = new DriftgateError(code, details ?? {}, {
    problems: (problems ?? []) as unknown as SettingsProblem[],
  })
  error.message = detail
  return error
}

function toJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
