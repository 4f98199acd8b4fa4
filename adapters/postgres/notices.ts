import { type Notice, noticeSchema } from '../../contracts/notice.ts'
import { concernTable } from './concern-table.ts'

export const {
  upsert: upsertNotice,
  list: listNotices,
  open: openNotices,
  find: findNotice,
} = concernTable<Notice>({
  ...{ table: 'notices', column: 'notice', sort: 'cause', schema: noticeSchema },
})
