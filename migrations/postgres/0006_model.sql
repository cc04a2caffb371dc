-- What the language model was asked, and what that cost.

-- A question that is under way or was asked: it is asked a few times at most, and never twice at once.
create table model_question (
    org_id text not null references org (id),
    -- the burst, or the version of the requisition, that it is about
    subject text not null,
    subject_id text not null,
    asked bigint not null,
    -- until when the one who asks is waited for; none: nobody asks
    until timestamptz,
    -- what came of it, where that is kept; sealed
    sealed_answer text,
    primary key (org_id, subject, subject_id)
);

-- Tokens of one person on one day.
create table model_spend (
    org_id text not null references org (id),
    person_id text not null references person (id),
    day text not null,
    calls bigint not null,
    failed bigint not null,
    prompt_tokens bigint not null,
    completion_tokens bigint not null,
    primary key (org_id, person_id, day)
);
create index model_spend_day on model_spend (org_id, day);
