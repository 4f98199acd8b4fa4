export { followJob } from '../../workflows/follow-job.ts'
