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
  get<Schema extends z.ZodType>(path: string, schema: Schema): Promise<z.output<Schema>>
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
 * The gateway, as the person of --as where the command has it, of DRIFTGATE_TOKEN, or of the last sign-in.
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
  const token = context.environment['DRIFTGATE_TOKEN'] ?? findSession(context, url)?.accessToken
  return gatewayClient(url, token ?? null, context.signal)
}

/** @param token bearer token; null: what only a signed-in person may do is refused with NOT_SIGNED_IN. */
export function gatewayClient(
  url: string,
  token: string | null,
  signal?: AbortSignal,
): GatewayClient {
  async function ask<Schema extends z.ZodType>(
    method: string,
    path: string,
    body: unknown,
    schema: Schema,
  ): Promise<z.output<Schema>> {
    const response = await reach(`${url}/v1/${path}`, {
      method,
      headers: {
        accept: 'application/json',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: signal ?? null,
    })
    const text = await response.text()
    if (!response.ok) throw problemOf(response.status, text)
    return schema.parse(JSON.parse(text))
  }

  async function reach(address: string, request: RequestInit): Promise<Response> {
    try {
      return await fetch(address, request)
    } catch (cause) {
      if (signal?.aborted) throw cause
      throw new DriftgateError('GATEWAY_UNREACHABLE', { address: url }, { cause })
    }
  }

  return {
    url,
    get: (path, schema) => ask('GET', path, undefined, schema),
    send: (method, path, body, schema) => ask(method, path, body, schema),
  }
}

/** The coded error that a problem document carries, with the gateway's own sentence. */
function problemOf(status: number, text: string): DriftgateError {
  const parsed = problemAnswer.safeParse(toJson(text))
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
