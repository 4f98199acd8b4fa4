-- What the tests of a window said is told apart by the reference that they held it against: identity -> look -> test.

update verdicts set looks = jsonb_build_object(report #>> '{evidence,reference,profile}', looks)
where looks is not null;
