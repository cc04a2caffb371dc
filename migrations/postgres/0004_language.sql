-- In which language somebody is written to.

-- what the organisation has set for this person; none: the language that they write in
alter table person add column language text;
-- the language of what was last written from here
alter table identity add column language text;
