-- Which log a reading is of: a topic that is made anew under its old name has another id. Null: nobody knows.

alter table readings add column topic_id text;

-- What came too late for its window is looked for by where it was read.
create index parts_by_slice on parts (reading, partition, from_offset);
