-- What people call the items, and indexes for what grows.

-- who said which item is meant; none: it was found by its words
alter table line add column item_by text references person (id);

-- A name of an item beside those that the item itself has.
create table alias (
    id text primary key,
    org_id text not null references org (id),
    -- the words as somebody wrote them, and in the form in which they are compared
    words text not null,
    key text not null,
    item_id text not null references item (id),
    -- imported: the organisation's own; learned: from two confirmations
    source text not null,
    created_at text not null,
    revoked_at text,
    revoked_by text references person (id),
    unique (org_id, key, item_id)
) strict;

-- Somebody said which item they mean by these words, and the request was confirmed.
create table alias_voice (
    org_id text not null references org (id),
    key text not null,
    item_id text not null references item (id),
    requisition_id text not null references requisition (id),
    words text not null,
    person_id text not null references person (id),
    at text not null,
    primary key (org_id, key, item_id, requisition_id)
) strict;

create index requisition_site on requisition (site_id, created_at);
create index line_offer on line (supplier_item_id) where supplier_item_id is not null;
create index card_subject on card (subject_id);

-- What breaks an invariant, or says that something was released: empty or small, so that looking is cheap.
create index message_nowhere on message (arrived_at)
    where (state = 'in_burst' and burst_id is null)
        or (state = 'press' and burst_id is not null) or state = 'stored';
create index requisition_resting on requisition (updated_at)
    where state in ('draft', 'asking', 'to_confirm') and due_at is null;
create index outgoing_resting on outgoing (created_at)
    where state in ('due', 'sending') and due_at is null;
create index journal_released on journal (subject_id, epoch) where event = 'released';
