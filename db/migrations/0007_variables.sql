-- Variables: named JSON values that people set and runs read.
create table variables (
  workspace_id uuid not null references workspaces (id),
  id uuid not null,
  name text not null constraint variables_name check (name ~ '^[a-z0-9_-]{1,255}$'),
  value jsonb not null,
  tags text[] not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  updated_by text,
  primary key (workspace_id, id),
  constraint variables_name_once unique (workspace_id, name)
);
alter table variables enable row level security;
alter table variables force row level security;
create policy everything on variables to weir_system using (true) with check (true);
create policy own_workspace on variables to weir_app using (workspace_id = current_workspace()) with check (workspace_id = current_workspace());
grant select, insert, update, delete on variables to weir_app;

-- Makes a variable, or (`overwrite`) changes the one of this name; tags that are null stay. Answers nothing written as `taken`.
create function set_variable(in_workspace uuid, given jsonb, out outcome text, out variable_id uuid) language plpgsql as $$
declare
  before variables;
  new_tags text[] := case when jsonb_typeof(given -> 'tags') = 'array' then array(select jsonb_array_elements_text(given -> 'tags')) end;
begin
  insert into variables (workspace_id, id, name, value, tags, created_at, updated_at, updated_by)
  values (in_workspace, (given ->> 'id')::uuid, given ->> 'name', given -> 'value', coalesce(new_tags, '{}'), now(), now(), given ->> 'by')
  on conflict (workspace_id, name) do nothing;
  if found then
    outcome := 'created';
    variable_id := (given ->> 'id')::uuid;
  else
    select * into before from variables where workspace_id = in_workspace and name = given ->> 'name' for no key update;
    variable_id := before.id;
    if not (given ->> 'overwrite')::boolean then
      outcome := 'taken';
      return;
    end if;
    new_tags := coalesce(new_tags, before.tags);
    if before.value = given -> 'value' and before.tags = new_tags then
      outcome := 'unchanged';
      return;
    end if;
    update variables set value = given -> 'value', tags = new_tags, updated_at = now(), updated_by = given ->> 'by'
    where workspace_id = in_workspace and id = before.id;
    outcome := 'changed';
  end if;
  insert into changes (workspace_id, topic, changed) values (in_workspace, 'variables', '{}');
  perform note_deed(in_workspace, given -> 'deed', variable_id::text);
end
$$;

-- What stands in `change` is set, the rest stays: `name`, `value`, `tags`. Null when there is no such variable.
create function update_variable(in_workspace uuid, variable_id uuid, change jsonb) returns text language plpgsql as $$
declare
  before variables;
  after variables;
begin
  select * into before from variables where workspace_id = in_workspace and id = variable_id for no key update;
  if before.id is null then
    return null;
  end if;
  after := before;
  if change ? 'name' then after.name := change ->> 'name'; end if;
  if change ? 'value' then after.value := change -> 'value'; end if;
  if change ? 'tags' then after.tags := array(select jsonb_array_elements_text(change -> 'tags')); end if;
  if after is not distinct from before then
    return 'unchanged';
  end if;
  if after.name <> before.name and exists (select from variables where workspace_id = in_workspace and name = after.name) then
    return 'taken';
  end if;
  update variables set name = after.name, value = after.value, tags = after.tags, updated_at = now(), updated_by = change ->> 'by'
  where workspace_id = in_workspace and id = variable_id;
  insert into changes (workspace_id, topic, changed) values (in_workspace, 'variables', '{}');
  perform note_deed(in_workspace, change -> 'deed', variable_id::text);
  return 'changed';
end
$$;
