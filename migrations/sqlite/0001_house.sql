-- Who asks, who approves, where things go, and who sells them.

create table org (
    id text primary key,
    code text not null unique,
    name text not null,
    currency text not null,
    time_zone text not null,
    -- tolerances, quiet time, limits, names of templates: OrgSettings
    settings text not null,
    created_at text not null
) strict;

create table channel_number (
    org_id text not null references org (id),
    channel text not null,
    -- the app of the configuration that this number belongs to
    app text not null,
    number_id text not null,
    created_at text not null,
    primary key (channel, number_id)
) strict;

create table person (
    id text primary key,
    org_id text not null references org (id),
    code text not null,
    name text not null,
    roles text not null,
    -- the largest purchase order this person may approve, in ten-thousandths
    approval_limit integer,
    password_hash text,
    active integer not null,
    created_at text not null,
    unique (org_id, code)
) strict;

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
    window_until text,
    greeted_at text,
    created_at text not null,
    unique (org_id, channel, key)
) strict;
create index identity_person on identity (person_id);

create table site (
    id text primary key,
    org_id text not null references org (id),
    code text not null,
    name text not null,
    aliases text not null,
    -- the name under which suppliers keep this site's delivery address
    address_name text not null,
    address text not null,
    cost_code text not null,
    created_at text not null,
    unique (org_id, code)
) strict;

create table person_site (
    org_id text not null references org (id),
    person_id text not null references person (id),
    site_id text not null references site (id),
    home integer not null,
    primary key (person_id, site_id)
) strict;

create table item (
    id text primary key,
    org_id text not null references org (id),
    code text not null,
    name text not null,
    aliases text not null,
    unit text not null,
    category text not null,
    active integer not null,
    created_at text not null,
    unique (org_id, code)
) strict;

create table supplier (
    id text primary key,
    org_id text not null references org (id),
    code text not null,
    name text not null,
    recipe text not null,
    base_url text not null,
    currency text not null,
    -- what the supplier adds to the lines: SupplierTerms
    terms text not null,
    -- the supplier's name in the ERP
    erp_name text not null,
    paused_at text,
    created_at text not null,
    unique (org_id, code)
) strict;

create table account (
    id text primary key,
    org_id text not null references org (id),
    supplier_id text not null references supplier (id),
    name text not null,
    sealed_user text,
    sealed_password text,
    created_at text not null,
    unique (supplier_id, name)
) strict;

create table supplier_item (
    id text primary key,
    org_id text not null references org (id),
    supplier_id text not null references supplier (id),
    item_id text not null references item (id),
    sku text not null,
    unit text not null,
    price integer not null,
    price_at text not null,
    created_at text not null,
    unique (supplier_id, item_id)
) strict;
create index supplier_item_item on supplier_item (item_id);

create table counter (
    org_id text not null references org (id),
    name text not null,
    value integer not null,
    primary key (org_id, name)
) strict;

-- Of the whole daemon: armed or not, and since when.
create table daemon (
    key text primary key,
    value text not null,
    at text not null
) strict;

create table lease (
    key text primary key,
    org_id text not null references org (id),
    owner text not null,
    epoch integer not null,
    -- the process that holds it; a restart on SQLite frees what a dead one held
    process text not null,
    until text not null
) strict;

create table sign_in_link (
    hash text primary key,
    org_id text not null references org (id),
    person_id text not null references person (id),
    expires_at text not null,
    used_at text
) strict;

create table session (
    hash text primary key,
    org_id text not null references org (id),
    person_id text not null references person (id),
    csrf text not null,
    created_at text not null,
    expires_at text not null
) strict;
