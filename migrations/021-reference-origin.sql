-- Where a reference came from that a person gave: who, when, and the file by name and digest. Null: a training job's own.

alter table model_references add column origin jsonb;
