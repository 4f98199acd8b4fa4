-- References of segments: what a group of the training rows looks like. '' is all rows, as in parts.

alter table model_references add column segment text not null default '';

-- Two segments may look alike, and one may be all rows.
alter table model_references
  drop constraint model_references_model_name_model_version_profile_key,
  add unique (model, name, model_version, segment, profile);
