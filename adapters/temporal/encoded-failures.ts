import { DefaultFailureConverter } from '@temporalio/common'

/**
 * Loaded by path, by clients, workers and into the workflows' bundle: message and stack of a failure become a payload, so
 * that the codec encrypts them too. Type and retry rules stay readable, as the server needs them.
 */
export const failureConverter = new DefaultFailureConverter({ encodeCommonAttributes: true })
