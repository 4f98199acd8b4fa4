-- What the tests of a window said by sampling alone, look by look: how much accepted windows vary is learned from it.

alter table verdicts add column looks jsonb;
