-- Answers from chat go when storage.retention.chatAnswers says so: looked for by when they were applied.
create index chat_answers_applied on chat_answers (answered_at) where answered_at is not null;
