-- What is approved, ordered, proved and told to the ERP.

create table purchase_order (
    id text primary key,
    org_id text not null references org (id),
    requisition_id text not null references requisition (id),
    version integer not null,
    -- ours, in the supplier's reference field; the same for every attempt
    number text not null,
    supplier_id text not null references supplier (id),
    account_id text not null references account (id),
    site_id text not null references site (id),
    state text not null,
    document text not null,
    document_hash text not null,
    total integer not null,
    currency text not null,
    approved_until text,
    epoch integer not null,
    claims integer not null,
    due_at text,
    rung_at text,
    rings integer not null,
    submit_before text,
    settle_until text,
    -- a refusal page was read after the intent
    refusal text,
    supplier_number text,
    error_class text,
    error text,
    placed_at text,
    created_at text not null,
    updated_at text not null,
    unique (org_id, number)
) strict;
create unique index purchase_order_supplier_number on purchase_order (account_id, supplier_number)
    where supplier_number is not null;
create index purchase_order_requisition on purchase_order (requisition_id);
create index purchase_order_due on purchase_order (due_at) where due_at is not null;
create index purchase_order_account on purchase_order (account_id, state);

create table approval (
    id text primary key,
    org_id text not null references org (id),
    requisition_id text not null references requisition (id),
    purchase_order_id text not null references purchase_order (id),
    document_hash text not null,
    approver_id text not null references person (id),
    state text not null,
    reason text,
    asked_at text not null,
    decided_at text,
    decided_by text references person (id)
) strict;
create index approval_purchase_order on approval (purchase_order_id);
create index approval_approver on approval (approver_id, state);

create table attempt (
    id text primary key,
    org_id text not null references org (id),
    purchase_order_id text not null references purchase_order (id),
    account_id text not null references account (id),
    number integer not null,
    epoch integer not null,
    state text not null,
    before_image text,
    basket text,
    -- process group and start times of the browser, and how its death was proved
    browser text,
    started_at text not null,
    intent_at text,
    released_at text,
    ended_at text,
    outcome text,
    unique (purchase_order_id, number),
    unique (purchase_order_id, epoch)
) strict;

create table journal (
    id text primary key,
    org_id text not null references org (id),
    subject text not null,
    subject_id text not null,
    epoch integer not null,
    event text not null,
    was text,
    became text,
    detail text not null,
    person_id text references person (id),
    at text not null
) strict;
create index journal_subject on journal (subject_id);

create table evidence (
    id text primary key,
    org_id text not null references org (id),
    purchase_order_id text not null references purchase_order (id),
    epoch integer not null,
    step text not null,
    media_type text not null,
    blob_key text not null,
    sha256 text not null,
    at text not null
) strict;
create index evidence_purchase_order on evidence (purchase_order_id);

create table sync (
    id text primary key,
    org_id text not null references org (id),
    purchase_order_id text not null unique references purchase_order (id),
    state text not null,
    -- the ERP's name of the document, once it stands there
    name text,
    attempts integer not null,
    due_at text,
    rung_at text,
    rings integer not null,
    error text,
    created_at text not null,
    done_at text
) strict;
create index sync_due on sync (due_at) where due_at is not null;

create table card (
    id text primary key,
    org_id text not null references org (id),
    kind text not null,
    subject text not null,
    subject_id text not null,
    requisition_id text references requisition (id),
    text text not null,
    state text not null,
    created_at text not null,
    done_at text,
    done_by text references person (id),
    answer text,
    unique (org_id, kind, subject_id)
) strict;
create index card_open on card (org_id, state);

-- Who has said what about a card that two people must agree on.
create table vote (
    org_id text not null references org (id),
    card_id text not null references card (id),
    person_id text not null references person (id),
    answer text not null,
    at text not null,
    primary key (card_id, person_id, answer)
) strict;
