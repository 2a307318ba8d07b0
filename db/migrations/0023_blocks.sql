-- Blocks: named settings of a type, whose secret fields are sealed with a key that the record does not have.
create table block_types (
  workspace_id uuid not null references workspaces (id),
  id uuid not null,
  slug text not null constraint block_types_slug check (slug ~ '^[a-z0-9][a-z0-9_-]{0,99}$'),
  name text not null constraint block_types_name check (char_length(name) between 1 and 255),
  description text,
  logo_url text,
  schema jsonb not null constraint block_types_schema check (jsonb_typeof(schema) = 'object'),
  created_at timestamptz not null,
  updated_at timestamptz not null,
  updated_by text,
  primary key (workspace_id, id),
  constraint block_types_slug_once unique (workspace_id, slug)
);

-- `data` has `********` wherever a value is sealed; `sealed` has the sealed values by their JSON pointer. `key_ids`: the keys they were sealed with.
create table blocks (
  workspace_id uuid not null references workspaces (id),
  id uuid not null,
  type_slug text not null,
  name text not null constraint blocks_name check (name ~ '^[a-z0-9][a-z0-9_-]{0,99}$'),
  data jsonb not null constraint blocks_data check (jsonb_typeof(data) = 'object'),
  sealed jsonb not null constraint blocks_sealed check (jsonb_typeof(sealed) = 'object'),
  key_ids text[] not null,
  revision integer not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  updated_by text,
  primary key (workspace_id, id),
  constraint blocks_name_once unique (workspace_id, type_slug, name)
);
-- The sweep finds what was sealed with another key than the present one.
create index blocks_by_key on blocks (key_ids) where key_ids <> '{}';

alter table block_types enable row level security;
alter table block_types force row level security;
create policy everything on block_types to weir_system using (true) with check (true);
create policy own_workspace on block_types to weir_app using (workspace_id = current_workspace()) with check (workspace_id = current_workspace());
grant select, insert, update, delete on block_types to weir_app;

alter table blocks enable row level security;
alter table blocks force row level security;
create policy everything on blocks to weir_system using (true) with check (true);
create policy own_workspace on blocks to weir_app using (workspace_id = current_workspace()) with check (workspace_id = current_workspace());
grant select, insert, update, delete on blocks to weir_app;

-- Makes a type, or changes the one of this slug. `max`: so many types a workspace may have; one more is answered with `full`.
create function register_block_type(in_workspace uuid, given jsonb, out outcome text, out type_id uuid) language plpgsql as $$
declare
  before block_types;
  after block_types;
begin
  select * into before from block_types where workspace_id = in_workspace and slug = given ->> 'slug' for no key update;
  if before.id is null then
    if (select count(*) from block_types where workspace_id = in_workspace) >= (given ->> 'max')::integer then
      outcome := 'full';
      return;
    end if;
    insert into block_types (workspace_id, id, slug, name, description, logo_url, schema, created_at, updated_at, updated_by)
    values (in_workspace, (given ->> 'id')::uuid, given ->> 'slug', given ->> 'name', given ->> 'description', given ->> 'logo_url', given -> 'schema',
      now(), now(), given ->> 'by')
    on conflict (workspace_id, slug) do nothing;
    if found then
      type_id := (given ->> 'id')::uuid;
      outcome := 'created';
      insert into changes (workspace_id, topic, changed) values (in_workspace, 'blocks', '{}');
      perform note_deed(in_workspace, given -> 'deed', type_id::text);
      return;
    end if;
    select * into before from block_types where workspace_id = in_workspace and slug = given ->> 'slug' for no key update;
  end if;
  type_id := before.id;
  after := before;
  after.name := given ->> 'name';
  after.description := given ->> 'description';
  after.logo_url := given ->> 'logo_url';
  after.schema := given -> 'schema';
  if after is not distinct from before then
    outcome := 'unchanged';
    return;
  end if;
  update block_types set name = after.name, description = after.description, logo_url = after.logo_url, schema = after.schema, updated_at = now(),
    updated_by = given ->> 'by'
  where workspace_id = in_workspace and id = before.id;
  outcome := 'changed';
  insert into changes (workspace_id, topic, changed) values (in_workspace, 'blocks', '{}');
  perform note_deed(in_workspace, given -> 'deed', type_id::text);
end
$$;

-- Deletes a type that no block is of. Null when there is no such type; else how many blocks stand in the way, at most 10,000 of them counted.
create function delete_block_type(in_workspace uuid, block_type_id uuid, deed jsonb) returns integer language plpgsql as $$
declare
  type_slug_before text;
  in_the_way integer;
begin
  select slug into type_slug_before from block_types where workspace_id = in_workspace and id = block_type_id for update;
  if type_slug_before is null then
    return null;
  end if;
  select count(*) into in_the_way from (select from blocks where workspace_id = in_workspace and type_slug = type_slug_before limit 10000) b;
  if in_the_way = 0 then
    delete from block_types where workspace_id = in_workspace and id = block_type_id;
    insert into changes (workspace_id, topic, changed) values (in_workspace, 'blocks', '{}');
    perform note_deed(in_workspace, deed, block_type_id::text);
  end if;
  return in_the_way;
end
$$;

-- Writes a block as it is to be. `revision`: of what the writer has read; null = there was none. Answers `created`, `changed`, or why not: `taken` (another one
-- has the name), `raced` (it is not what the writer has read any more), `no-type`. `deed` left out: what is written says the same as before.
create function save_block(in_workspace uuid, given jsonb) returns text language plpgsql as $$
declare
  block_id uuid := (given ->> 'id')::uuid;
begin
  if not (given ->> 'is_built_in')::boolean then
    perform from block_types where workspace_id = in_workspace and slug = given ->> 'type_slug' for key share;
    if not found then
      return 'no-type';
    end if;
  end if;
  if exists (
    select from blocks where workspace_id = in_workspace and type_slug = given ->> 'type_slug' and name = given ->> 'name' and id <> block_id
  ) then
    return 'taken';
  end if;
  if given ->> 'revision' is null then
    insert into blocks (workspace_id, id, type_slug, name, data, sealed, key_ids, revision, created_at, updated_at, updated_by)
    values (in_workspace, block_id, given ->> 'type_slug', given ->> 'name', given -> 'data', given -> 'sealed',
      array(select jsonb_array_elements_text(given -> 'key_ids')), 1, now(), now(), given ->> 'by')
    on conflict do nothing;
    if not found then
      return 'taken';
    end if;
  elsif given -> 'deed' is null then
    update blocks set data = given -> 'data', sealed = given -> 'sealed', key_ids = array(select jsonb_array_elements_text(given -> 'key_ids')),
      revision = revision + 1
    where workspace_id = in_workspace and id = block_id and revision = (given ->> 'revision')::integer;
    return case when found then 'changed' else 'raced' end;
  else
    update blocks set name = given ->> 'name', data = given -> 'data', sealed = given -> 'sealed',
      key_ids = array(select jsonb_array_elements_text(given -> 'key_ids')), revision = revision + 1, updated_at = now(), updated_by = given ->> 'by'
    where workspace_id = in_workspace and id = block_id and revision = (given ->> 'revision')::integer;
    if not found then
      return 'raced';
    end if;
  end if;
  insert into changes (workspace_id, topic, changed) values (in_workspace, 'blocks', '{}');
  perform note_deed(in_workspace, given -> 'deed', block_id::text);
  return case when given ->> 'revision' is null then 'created' else 'changed' end;
end
$$;
