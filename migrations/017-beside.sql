-- The reading under the binning before, which is counted beside a new one for a while: what a window may hold of it.

alter table cuts add column beside jsonb;
