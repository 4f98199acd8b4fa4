-- A sample of a reference's rows, in the bytes of `profiles/sample.ts`: what a row detector holds a window's own against.
-- Null: none was kept.

alter table model_references add column sample bytea;
