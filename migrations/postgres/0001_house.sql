-- Who asks, who approves, where things go, and who sells them.

create table org (
    id text primary key,
    code text not null unique,
    name text not null,
    currency text not null,
    time_zone text not null,
    -- tolerances, quiet time, limits, names of templates: OrgSettings
    settings jsonb not null,
    created_at timestamptz not null
);

create table channel_number (
    org_id text not null references org (id),
    channel text not null,
    -- the app of the configuration that this number belongs to
    app text not null,
    number_id text not null,
    created_at timestamptz not null,
    primary key (channel, number_id)
);

create table person (
    id text primary key,
    org_id text not null references org (id),
    code text not null,
    name text not null,
    roles jsonb not null,
    -- the largest purchase order this person may approve, in ten-thousandths
    approval_limit bigint,
    password_hash text,
    active boolean not null,
    created_at timestamptz not null,
    unique (org_id, code)
);

create table identity (
    id text primary key,
    org_id text not null references org (id),
    -- none while nobody knows this sender
    person_id text references person (id),
    channel text not null,
    kind text not null,
    -- HMAC of the phone number or user id
    key text not null,
    sealed_address text not null,
    -- the number of ours that this sender last wrote to
    number_id text not null,
    -- end of the 24 hours in which free text may be sent
    window_until timestamptz,
    greeted_at timestamptz,
    created_at timestamptz not null,
    unique (org_id, channel, key)
);
create index identity_person on identity (person_id);

create table site (
    id text primary key,
    org_id text not null references org (id),
    code text not null,
    name text not null,
    aliases jsonb not null,
    -- the name under which suppliers keep this site's delivery address
    address_name text not null,
    address text not null,
    cost_code text not null,
    created_at timestamptz not null,
    unique (org_id, code)
);

create table person_site (
    org_id text not null references org (id),
    person_id text not null references person (id),
    site_id text not null references site (id),
    home boolean not null,
    primary key (person_id, site_id)
);

create table item (
    id text primary key,
    org_id text not null references org (id),
    code text not null,
    name text not null,
    aliases jsonb not null,
    unit text not null,
    category text not null,
    active boolean not null,
    created_at timestamptz not null,
    unique (org_id, code)
);

create table supplier (
    id text primary key,
    org_id text not null references org (id),
    code text not null,
    name text not null,
    recipe text not null,
    base_url text not null,
    currency text not null,
    -- what the supplier adds to the lines: SupplierTerms
    terms jsonb not null,
    -- the supplier's name in the ERP
    erp_name text not null,
    paused_at timestamptz,
    created_at timestamptz not null,
    unique (org_id, code)
);

create table account (
    id text primary key,
    org_id text not null references org (id),
    supplier_id text not null references supplier (id),
    name text not null,
    sealed_user text,
    sealed_password text,
    created_at timestamptz not null,
    unique (supplier_id, name)
);

create table supplier_item (
    id text primary key,
    org_id text not null references org (id),
    supplier_id text not null references supplier (id),
    item_id text not null references item (id),
    sku text not null,
    unit text not null,
    price bigint not null,
    price_at timestamptz not null,
    created_at timestamptz not null,
    unique (supplier_id, item_id)
);
create index supplier_item_item on supplier_item (item_id);

create table counter (
    org_id text not null references org (id),
    name text not null,
    value bigint not null,
    primary key (org_id, name)
);

-- Of the whole daemon: armed or not, and since when.
create table daemon (
    key text primary key,
    value text not null,
    at timestamptz not null
);

create table lease (
    key text primary key,
    org_id text not null references org (id),
    owner text not null,
    epoch bigint not null,
    -- the process that holds it; a restart on SQLite frees what a dead one held
    process text not null,
    until timestamptz not null
);

create table sign_in_link (
    hash text primary key,
    org_id text not null references org (id),
    person_id text not null references person (id),
    expires_at timestamptz not null,
    used_at timestamptz
);

create table session (
    hash text primary key,
    org_id text not null references org (id),
    person_id text not null references person (id),
    csrf text not null,
    created_at timestamptz not null,
    expires_at timestamptz not null
);
