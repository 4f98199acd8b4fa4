declare module 'kafkajs/src/network/requestQueue/index.js' {
  const RequestQueue: { prototype: RequestQueueShape }
  interface RequestQueueShape {
    pending: unknown[]
    throttledUntil: number
    scheduleCheckPendingRequests(): void
  }
  export default RequestQueue
}

declare module 'kafkajs/src/consumer/filterAbortedMessages.js' {
  export default function filterAbortedMessages(input: {
    messages: readonly import('./cluster.ts').RawMessage[]
    abortedTransactions: unknown
  }): import('./cluster.ts').RawMessage[]
}
