-- What is approved, ordered, proved and told to the ERP.

create table purchase_order (
    id text primary key,
    org_id text not null references org (id),
    requisition_id text not null references requisition (id),
    version bigint not null,
    -- ours, in the supplier's reference field; the same for every attempt
    number text not null,
    supplier_id text not null references supplier (id),
    account_id text not null references account (id),
    site_id text not null references site (id),
    state text not null,
    document jsonb not null,
    document_hash text not null,
    total bigint not null,
    currency text not null,
    approved_until timestamptz,
    epoch bigint not null,
    claims bigint not null,
    due_at timestamptz,
    rung_at timestamptz,
    rings bigint not null,
    submit_before timestamptz,
    settle_until timestamptz,
    -- a refusal page was read after the intent
    refusal text,
    supplier_number text,
    error_class text,
    error text,
    placed_at timestamptz,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    unique (org_id, number)
);
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
    asked_at timestamptz not null,
    decided_at timestamptz,
    decided_by text references person (id)
);
create index approval_purchase_order on approval (purchase_order_id);
create index approval_approver on approval (approver_id, state);

create table attempt (
    id text primary key,
    org_id text not null references org (id),
    purchase_order_id text not null references purchase_order (id),
    account_id text not null references account (id),
    number bigint not null,
    epoch bigint not null,
    state text not null,
    before_image jsonb,
    basket jsonb,
    -- process group and start times of the browser, and how its death was proved
    browser jsonb,
    started_at timestamptz not null,
    intent_at timestamptz,
    released_at timestamptz,
    ended_at timestamptz,
    outcome text,
    unique (purchase_order_id, number),
    unique (purchase_order_id, epoch)
);

create table journal (
    id text primary key,
    org_id text not null references org (id),
    subject text not null,
    subject_id text not null,
    epoch bigint not null,
    event text not null,
    was text,
    became text,
    detail jsonb not null,
    person_id text references person (id),
    at timestamptz not null
);
create index journal_subject on journal (subject_id);

create table evidence (
    id text primary key,
    org_id text not null references org (id),
    purchase_order_id text not null references purchase_order (id),
    epoch bigint not null,
    step text not null,
    media_type text not null,
    blob_key text not null,
    sha256 text not null,
    at timestamptz not null
);
create index evidence_purchase_order on evidence (purchase_order_id);

create table sync (
    id text primary key,
    org_id text not null references org (id),
    purchase_order_id text not null unique references purchase_order (id),
    state text not null,
    -- the ERP's name of the document, once it stands there
    name text,
    attempts bigint not null,
    due_at timestamptz,
    rung_at timestamptz,
    rings bigint not null,
    error text,
    created_at timestamptz not null,
    done_at timestamptz
);
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
    created_at timestamptz not null,
    done_at timestamptz,
    done_by text references person (id),
    answer text,
    unique (org_id, kind, subject_id)
);
create index card_open on card (org_id, state);

-- Who has said what about a card that two people must agree on.
create table vote (
    org_id text not null references org (id),
    card_id text not null references card (id),
    person_id text not null references person (id),
    answer text not null,
    at timestamptz not null,
    primary key (card_id, person_id, answer)
);
