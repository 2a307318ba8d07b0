-- Which job variables the runs of a pool may be given, and what their worker makes of them; null = the default of its type. JSON as its author wrote it: as text,
-- because jsonb would sort the names.
alter table work_pools add column base_job_template text;

create or replace function create_work_pool(in_workspace uuid, pool jsonb, out id uuid, out type text, out created boolean) language plpgsql as $$
#variable_conflict use_column
declare
  pool_id uuid := (pool ->> 'id')::uuid;
  queue_id uuid := (pool ->> 'default_queue_id')::uuid;
begin
  insert into work_pools (workspace_id, id, name, type, description, is_paused, job_variables, base_job_template, created_at, updated_at)
  values (in_workspace, pool_id, pool ->> 'name', pool ->> 'type', pool ->> 'description', false, pool -> 'job_variables', pool ->> 'base_job_template', now(), now())
  on conflict do nothing;
  created := found;
  if created then
    insert into work_queues (workspace_id, id, work_pool_id, name, priority, is_paused, created_at)
    values (in_workspace, queue_id, pool_id, 'default', 1, false, now());
    insert into limits (workspace_id, id, kind, name, max)
    values (in_workspace, pool_id, 'pool', pool ->> 'name', (pool ->> 'max')::integer), (in_workspace, queue_id, 'queue', 'default', null);
    insert into changes (workspace_id, topic, changed) values (in_workspace, 'work-pools', '{}');
    perform note_deed(in_workspace, pool -> 'deed', pool_id::text);
  end if;
  select p.id, p.type into id, type from work_pools p where p.workspace_id = in_workspace and p.name = pool ->> 'name';
end
$$;

create or replace function update_work_pool(in_workspace uuid, pool_id uuid, change jsonb) returns boolean language plpgsql as $$
declare
  before work_pools;
  after work_pools;
  changed boolean;
begin
  select * into before from work_pools where workspace_id = in_workspace and id = pool_id for no key update;
  if before.id is null then
    return null;
  end if;
  after := jsonb_populate_record(before, change);
  changed := after is distinct from before;
  if changed then
    update work_pools set is_paused = after.is_paused, description = after.description, base_job_template = after.base_job_template, updated_at = now()
    where workspace_id = in_workspace and id = pool_id;
  end if;
  if change ? 'max' and (select max from limits where workspace_id = in_workspace and id = pool_id) is distinct from (change ->> 'max')::integer then
    perform set_limit(in_workspace, pool_id, (change ->> 'max')::integer);
    changed := true;
  end if;
  if changed then
    insert into changes (workspace_id, topic, changed) values (in_workspace, 'work-pools', '{}');
    perform note_deed(in_workspace, change -> 'deed', pool_id::text);
  end if;
  return changed;
end
$$;
