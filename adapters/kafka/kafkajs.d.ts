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
