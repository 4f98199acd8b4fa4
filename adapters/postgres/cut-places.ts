/** Places `v` of cuts by partition, and that a half `h` lies in one. */
export const placesOf = (began: string, cut: string) =>
  `select b.key::int as partition, b.value::bigint as began, c.value::bigint as cut
   from jsonb_each_text(${began}) b join jsonb_each_text(${cut}) c using (key)`
export const inPlace = (place: string, repairs: string) =>
  `(h."offset" >= ${place}.began and h."offset" < ${place}.cut and h.repair <= ${repairs})`
