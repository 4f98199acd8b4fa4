import { Connection } from '@temporalio/client'
import { DriftgateError } from '../../contracts/errors.ts'

export interface TemporalServerInfo {
  /** Of the server: "1.29.1". */
  readonly version: string
  /** Whether the namespace exists there. */
  readonly namespaceFound: boolean
}

/** Asks a Temporal server who it is. Throws TEMPORAL_UNREACHABLE. */
export async function temporalServerInfo(
  address: string,
  namespace: string,
  timeoutMs: number,
): Promise<TemporalServerInfo> {
  const connection = await Connection.connect({ address, connectTimeout: timeoutMs }).catch(
    (cause: unknown) => {
      throw new DriftgateError('TEMPORAL_UNREACHABLE', { address }, { cause })
    },
  )
  try {
    const { serverVersion } = await connection.workflowService.getSystemInfo({})
    const namespaceFound = await connection.workflowService.describeNamespace({ namespace }).then(
      () => true,
      () => false,
    )
    return { version: serverVersion ?? 'unknown', namespaceFound }
  } catch (cause) {
    throw new DriftgateError('TEMPORAL_UNREACHABLE', { address }, { cause })
  } finally {
    await connection.close()
  }
}
