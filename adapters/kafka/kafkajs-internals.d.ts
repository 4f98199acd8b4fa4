declare module 'kafkajs/src/cluster/index.js' {
  const Cluster: { prototype: ClusterShape }
  interface ClusterShape {
    targetTopics: Set<string>
    addMultipleTargetTopics(...args: unknown[]): Promise<void>
    refreshMetadata(...args: unknown[]): Promise<void>
    refreshMetadataIfNecessary(...args: unknown[]): Promise<void>
  }
  export default Cluster
}

declare module 'kafkajs/src/network/requestQueue/index.js' {
  const RequestQueue: { prototype: RequestQueueShape }
  interface RequestQueueShape {
    pending: unknown[]
    throttledUntil: number
    scheduleCheckPendingRequests(): void
    destroy(): void
  }
  export default RequestQueue
}

declare module 'kafkajs/src/protocol/decoder.js' {
  export default class Decoder {
    constructor(bytes: Buffer)
  }
}

declare module 'kafkajs/src/protocol/recordBatch/v0/index.js' {
  const encode: { RecordBatch(batch: object): Promise<{ buffer: Buffer }> }
  export default encode
}

declare module 'kafkajs/src/protocol/recordBatch/record/v0/index.js' {
  export default function encode(record: object): object
}

declare module 'kafkajs/src/protocol/recordBatch/v0/decoder.js' {
  interface Found {
    offset: string
    timestamp: string
    key: Buffer | null
    value: Buffer | null
    headers: object
  }
  export default function decode(decoder: object): Promise<{
    firstOffset: string
    lastOffsetDelta: number
    producerId: string
    records: Found[]
  }>
}
