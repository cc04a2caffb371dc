-- What people said, and what was made of it.

create table requisition (
    id text primary key,
    org_id text not null references org (id),
    number bigint not null,
    person_id text not null references person (id),
    identity_id text not null references identity (id),
    site_id text references site (id),
    needed_by text,
    state text not null,
    version bigint not null,
    -- when the next step of its own accord is due; none: nothing is
    due_at timestamptz,
    rung_at timestamptz,
    rings bigint not null,
    recalled_at timestamptz,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    unique (org_id, number)
);
create index requisition_due on requisition (due_at) where due_at is not null;
create index requisition_person on requisition (person_id, state);

create table burst (
    id text primary key,
    org_id text not null references org (id),
    identity_id text not null references identity (id),
    state text not null,
    messages bigint not null,
    opened_at timestamptz not null,
    due_at timestamptz not null,
    hard_due_at timestamptz not null,
    closed_at timestamptz,
    read_at timestamptz,
    rung_at timestamptz,
    rings bigint not null,
    requisition_id text references requisition (id)
);
create unique index burst_open on burst (identity_id) where state = 'open';
create index burst_due on burst (due_at) where state <> 'read';
create index burst_identity on burst (identity_id, state);

create table message (
    id text primary key,
    org_id text not null references org (id),
    channel text not null,
    identity_id text not null references identity (id),
    -- HMAC of the provider's id
    provider_key text not null,
    sealed_provider_id text not null,
    kind text not null,
    -- the text, the caption, or the title of the button
    sealed_text text,
    -- HMAC of the id of the message it answers
    context_key text,
    forwarded boolean not null,
    press text,
    sealed_raw text not null,
    provider_at timestamptz not null,
    arrived_at timestamptz not null,
    state text not null,
    reason text,
    burst_id text references burst (id),
    due_at timestamptz,
    rung_at timestamptz,
    rings bigint not null,
    unique (org_id, channel, provider_key)
);
create index message_burst on message (burst_id);
create index message_due on message (due_at) where due_at is not null;

-- A valid webhook for a number that no organisation has.
create table stray (
    id text primary key,
    app text not null,
    sealed_raw text not null,
    arrived_at timestamptz not null
);

create table version (
    org_id text not null references org (id),
    requisition_id text not null references requisition (id),
    version bigint not null,
    burst_id text,
    -- what is asked of the requester, and what the read-back says besides the lines
    questions jsonb not null,
    notes jsonb not null,
    created_at timestamptz not null,
    primary key (requisition_id, version)
);

create table line (
    id text primary key,
    org_id text not null references org (id),
    requisition_id text not null references requisition (id),
    version bigint not null,
    position bigint not null,
    state text not null,
    words text not null,
    -- sizes and types, apart from the item's words
    spec text,
    item_id text references item (id),
    quantity bigint not null,
    unit text not null,
    was bigint,
    -- where it stands in the burst: message id, start and end in bytes
    spans jsonb not null,
    supplier_item_id text references supplier_item (id),
    unit_price bigint,
    purchase_order_id text,
    unique (requisition_id, version, position)
);
create index line_item on line (item_id);

create table finding (
    id text primary key,
    org_id text not null references org (id),
    requisition_id text not null references requisition (id),
    version bigint not null,
    rule text not null,
    rule_version bigint not null,
    severity text not null,
    verdict text not null,
    shadow boolean not null,
    text text not null,
    inputs jsonb not null,
    answered_at timestamptz,
    created_at timestamptz not null
);
create index finding_requisition on finding (requisition_id, version);

create table outgoing (
    id text primary key,
    org_id text not null references org (id),
    cause text not null,
    kind text not null,
    identity_id text not null references identity (id),
    requisition_id text references requisition (id),
    burst_id text references burst (id),
    sealed_body text not null,
    state text not null,
    due_at timestamptz,
    rung_at timestamptz,
    rings bigint not null,
    attempts bigint not null,
    -- HMAC of the provider's id, once it was taken
    provider_key text,
    error text,
    created_at timestamptz not null,
    sent_at timestamptz,
    delivered_at timestamptz,
    read_at timestamptz,
    unique (org_id, cause, kind)
);
create index outgoing_due on outgoing (due_at) where due_at is not null;
create index outgoing_provider on outgoing (org_id, provider_key);
create index outgoing_identity on outgoing (identity_id, sent_at);
create index outgoing_requisition on outgoing (requisition_id);
