import Cluster from 'kafkajs/src/cluster/index.js'

/**
 * kafkajs asks for all topics at once that were ever asked for, and the whole answer is an error where one of them is not
 * there: one that was deleted, or that never was and was asked for while no broker answered, would keep every other one
 * from being read for as long as the process lives. So whatever fails forgets them all; who needs one names it anew.
 */
function forgetsWhatFailed(
  name: 'addMultipleTargetTopics' | 'refreshMetadata' | 'refreshMetadataIfNecessary',
) {
  const original = Cluster.prototype[name]
  Cluster.prototype[name] = async function (this: typeof Cluster.prototype, ...args) {
    try {
      return await original.apply(this, args)
    } catch (error) {
      this.targetTopics = new Set()
      throw error
    }
  }
}

export function forgetTopicsThatFail(): void {
  forgetsWhatFailed('addMultipleTargetTopics')
  forgetsWhatFailed('refreshMetadata')
  forgetsWhatFailed('refreshMetadataIfNecessary')
}
